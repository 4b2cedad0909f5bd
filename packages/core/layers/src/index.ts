/** Layers without a file: builders in the words of the IR, PyTorch, Keras and ONNX, and models made of them. */
export type { Flow, Named, Operand } from './flow.ts';
export { inputFlow } from './flow.ts';
export * as layers from './ir/index.ts';
export * as keras from './keras/index.ts';
export { type InputDescription, input, model } from './model.ts';
export * as onnx from './onnx/index.ts';
export * as torch from './torch/index.ts';
