import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('playground', import.meta.dirname);
