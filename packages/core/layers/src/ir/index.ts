/** One builder for each operation of the layer IR, under its name and in its terms: `layers.convTranspose`. */
export * from './convolution.ts';
export * from './indexing.ts';
export * from './movement.ts';
export * from './normalization.ts';
export * from './pointwise.ts';
export * from './pooling.ts';
export * from './reduction.ts';
export {
  type DepthToSpaceOptions,
  depthToSpace,
  type SpaceToDepthOptions,
  spaceToDepth,
  type UpsampleOptions,
  upsample,
} from './resampling.ts';
