export { goldenCases } from './goldens.node.ts';
export { type OnnxReaders, onnxTree } from './onnx-tree.node.ts';
