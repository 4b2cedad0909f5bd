import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('keras', import.meta.dirname, { gpu: true });
