import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('compiler', import.meta.dirname);
