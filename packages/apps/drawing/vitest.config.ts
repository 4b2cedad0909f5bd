import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('drawing', import.meta.dirname);
