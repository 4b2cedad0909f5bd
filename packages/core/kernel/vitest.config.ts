import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('kernel', import.meta.dirname);
