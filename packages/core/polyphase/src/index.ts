export {
  type CompiledModel,
  type CompileOptions,
  compile,
  type Failover,
  type ModelReport,
  type ModelRunOptions,
  type Placement,
  reportOf,
  type Specialization,
} from '@polyphase/compiler';
export { type DType, type ErrorCode, type Model, PolyphaseError, type Tensor, tensor } from '@polyphase/ir';
export {
  type Flow,
  type InputDescription,
  input,
  keras,
  layers,
  model,
  type Operand,
  onnx,
  torch,
} from '@polyphase/layers';
export { type AnyTensor, type DeviceTensor, isDeviceTensor } from '@polyphase/plugin';
