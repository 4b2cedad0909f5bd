import { nodeProject } from '../vitest/preset.ts';

export default nodeProject('bench', import.meta.dirname);
