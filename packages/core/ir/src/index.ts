export {
  add as addDims,
  ceilDiv,
  type Dim,
  floorDiv,
  isStatic,
  mul as mulDims,
  printShape,
  product,
  sameShape,
  sub as subDims,
} from './dim.ts';
export * from './dtype.ts';
export * from './errors.ts';
export * from './evaluate.ts';
export * from './graph.ts';
export { erf as errorFunction, erfc, roundToEven } from './math.ts';
export * from './op.ts';
export * from './ops/activation.ts';
export * from './ops/arg-max.ts';
export * from './ops/batch-normalization.ts';
export * from './ops/binary.ts';
export * from './ops/broadcast.ts';
export * from './ops/cast.ts';
export * from './ops/clip.ts';
export * from './ops/concat.ts';
export * from './ops/conv.ts';
export * from './ops/conv-transpose.ts';
export * from './ops/cumulative.ts';
export * from './ops/depth-to-space.ts';
export * from './ops/expand.ts';
export * from './ops/gather.ts';
export * from './ops/group-normalization.ts';
export * from './ops/index.ts';
export * from './ops/layer-normalization.ts';
export * from './ops/lp-normalization.ts';
export * from './ops/lrn.ts';
export * from './ops/mat-mul.ts';
export * from './ops/max-unpool.ts';
export * from './ops/one-hot.ts';
export * from './ops/pad.ts';
export * from './ops/pooling.ts';
export * from './ops/reduce.ts';
export * from './ops/reshape.ts';
export * from './ops/scatter.ts';
export * from './ops/shared.ts';
export * from './ops/slice.ts';
export * from './ops/softmax.ts';
export * from './ops/split.ts';
export * from './ops/tile.ts';
export * from './ops/transpose.ts';
export * from './ops/trilu.ts';
export * from './ops/unary.ts';
export * from './ops/upsample.ts';
export * from './ops/where.ts';
export * from './ops/window.ts';
export * from './print.ts';
export * from './products.ts';
export * from './receptive-field.ts';
export * from './resample/index.ts';
export * from './tensor.ts';
export * from './verify.ts';
