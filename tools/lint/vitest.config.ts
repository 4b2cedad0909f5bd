import { nodeProject } from '../vitest/preset.ts';

export default nodeProject('lint', import.meta.dirname);
