import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('pages', import.meta.dirname);
