import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('webgpu', import.meta.dirname, { gpu: true });
