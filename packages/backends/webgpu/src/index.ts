export { type WebgpuBackend, type WebgpuOptions, webgpu } from './backend.ts';
export { type Generated, generate, type Precision, type Stage } from './generate.ts';
export type { ImageOptions, ImageSource } from './image.ts';
export { type Storage, storageOf } from './storage.ts';
export { type Target, type TargetFeatures, type TargetLimits, targetOf } from './target.ts';
export type { GpuTensor } from './tensors.ts';
export type { Dispatch } from './text/shader.ts';
export { fileCache, indexedDbCache, memoryCache, type TuningCache } from './tuning/cache.ts';
