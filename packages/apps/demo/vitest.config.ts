import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('demo', import.meta.dirname, { gpu: true });
