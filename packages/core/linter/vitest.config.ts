import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('linter', import.meta.dirname);
