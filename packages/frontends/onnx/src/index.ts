export type { LoadProgress } from '@polyphase/source';
export {
  type ExportOptions,
  type ExternalDataOptions,
  type ExternalModel,
  exportOnnx,
  exportOnnxWithData,
  operatorsOf,
  type WrittenOperator,
} from './export/export-onnx.ts';
export { type LoadOptions, loadOnnx, type ParseOptions, parseOnnx } from './load.ts';
export { type NamedTensor, readTensor, writeTensor } from './tensor-file.ts';
