/**
 * Layers in ONNX's words: operators of opset 23 with the tensors first, then one object that holds the attributes and the
 * operands that must be known, such as `scales` or `shape`. What onnxruntime computes where the specification is ambiguous.
 */
export type { Flag, WindowAttributes } from './attributes.ts';
export * from './convolution.ts';
export * from './movement.ts';
export * from './normalization.ts';
export * from './pointwise.ts';
export * from './pooling.ts';
export * from './reduction.ts';
export * from './resampling.ts';
