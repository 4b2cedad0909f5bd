import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('layers', import.meta.dirname);
