export {
  type CompiledModel,
  type CompileOptions,
  compile,
  type Placement,
  type Specialization,
} from '@polyphase/compiler';
export { type DType, type ErrorCode, type Model, PolyphaseError, type Tensor, tensor } from '@polyphase/ir';
export type { Flow, Operand } from './layers/flow.ts';
export * as layers from './layers/ir/index.ts';
export * as keras from './layers/keras/index.ts';
export { type InputDescription, input, model } from './layers/model.ts';
export * as onnx from './layers/onnx/index.ts';
export * as torch from './layers/torch/index.ts';
