import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('reference', import.meta.dirname);
