export { onnxruntime } from './backend.ts';
export { forProvider, type ProviderModel } from './for-provider.ts';
export { inFasterForms } from './forms/faster.ts';
export { type Gaps, gapsOf } from './gaps.ts';
export type { ComputeUnits, GraphOptimization, Onnxruntime, OnnxruntimeOptions } from './options.ts';
export { type ProviderName, providers } from './providers/index.ts';
