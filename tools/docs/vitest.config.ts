import { nodeProject } from '../vitest/preset.ts';

export default nodeProject('docs', import.meta.dirname);
