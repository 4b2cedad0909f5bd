export { type JaxMethod, type JaxResize, jaxResize } from './jax.ts';
export { type OnnxResize, type ResizedAxes, resizeAxes, scaledLength } from './onnx.ts';
export { type ResampledAxes, resampledAxes } from './resampled.ts';
export type {
  AxisResampling,
  CoordinateMap,
  NearestRounding,
  ResampleFilter,
  ResampleProfile,
} from './spec.ts';
export { type AxisTable, axisTable } from './table.ts';
export {
  type KerasUpSampling,
  kerasUpSampling,
  type TfCoordinates,
  type TfMethod,
  type TfResize,
  tfResize,
} from './tf.ts';
export { type TorchInterpolate, type TorchMode, torchInterpolate } from './torch.ts';
