export {
  type ExportOptions,
  type ExternalDataOptions,
  type ExternalModel,
  exportOnnx,
  exportOnnxWithData,
} from './export/export-onnx.ts';
export { type LoadOptions, type LoadProgress, loadOnnx, type ParseOptions, parseOnnx } from './load.ts';
export { type NamedTensor, readTensor, writeTensor } from './tensor-file.ts';
