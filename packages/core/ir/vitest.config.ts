import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('ir', import.meta.dirname);
