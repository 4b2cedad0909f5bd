import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('plugin', import.meta.dirname);
