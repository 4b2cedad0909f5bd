import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('files', import.meta.dirname);
