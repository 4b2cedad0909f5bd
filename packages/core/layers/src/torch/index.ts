/**
 * Layers in PyTorch's words: torch.nn's names, whose weights are arguments beside the others, channels first. What PyTorch 2
 * computes, in evaluation mode.
 */
export * from './activation.ts';
export * from './convolution.ts';
export * from './movement.ts';
export * from './normalization.ts';
export * from './pooling.ts';
export * from './resampling.ts';
