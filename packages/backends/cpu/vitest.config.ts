import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('cpu', import.meta.dirname);
