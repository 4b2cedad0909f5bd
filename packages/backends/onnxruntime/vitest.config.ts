import { nodeProject } from '../../../tools/vitest/preset.ts';

// onnxruntime's webgpu provider brings its own WebGPU and needs an adapter.
export default nodeProject('onnxruntime', import.meta.dirname, { gpu: true });
