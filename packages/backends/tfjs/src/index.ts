export { type TfjsOptions, tfjs } from './backend.ts';
export { fromTf, type TfjsTensor } from './device-tensor.ts';
export { type Gaps, gapsOf } from './gaps.ts';
export type { TfjsBackendName } from './open.ts';
export type { TfjsProgram } from './program.ts';
export type { Tf, TfTensor } from './tf.ts';
export { type PreparableModel, type TfFunction, toTfFunction } from './tf-function.ts';
