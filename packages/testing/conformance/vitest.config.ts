import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('conformance', import.meta.dirname);
