import { nodeProject } from '../../../tools/vitest/preset.ts';

export default nodeProject('onnx', import.meta.dirname);
