import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('source', import.meta.dirname);
