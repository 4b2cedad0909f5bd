import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('tfjs', import.meta.dirname, { gpu: true });
