import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('cli', import.meta.dirname);
