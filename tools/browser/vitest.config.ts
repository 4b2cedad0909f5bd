import { nodeProject } from '../vitest/preset.ts';

// Without the preset's `gpu`: the tests here give themselves an adapter.
export default nodeProject('browser', import.meta.dirname);
