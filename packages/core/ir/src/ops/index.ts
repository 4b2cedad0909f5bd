import { check } from '../errors.ts';
import { place } from '../graph.ts';
import type { Op } from '../op.ts';
import * as activation from './activation.ts';
import { argMax, argMin } from './arg-max.ts';
import { batchNormalization } from './batch-normalization.ts';
import * as binary from './binary.ts';
import { cast } from './cast.ts';
import { clip } from './clip.ts';
import { concat } from './concat.ts';
import { conv } from './conv.ts';
import { convTranspose } from './conv-transpose.ts';
import { cumProd, cumSum } from './cumulative.ts';
import { depthToSpace, spaceToDepth } from './depth-to-space.ts';
import { expand } from './expand.ts';
import { gather, gatherElements, gatherND } from './gather.ts';
import { groupNormalization, instanceNormalization } from './group-normalization.ts';
import { layerNormalization, rmsNormalization } from './layer-normalization.ts';
import { lpNormalization } from './lp-normalization.ts';
import { lrn } from './lrn.ts';
import { matMul } from './mat-mul.ts';
import { maxUnpool } from './max-unpool.ts';
import { oneHot } from './one-hot.ts';
import { pad } from './pad.ts';
import { averagePool, lpPool, maxPool } from './pooling.ts';
import {
  reduceL1,
  reduceL2,
  reduceLogSum,
  reduceLogSumExp,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceProd,
  reduceSum,
  reduceSumSquare,
} from './reduce.ts';
import { reshape } from './reshape.ts';
import { scatterElements, scatterND } from './scatter.ts';
import { slice } from './slice.ts';
import { hardmax, logSoftmax, softmax } from './softmax.ts';
import { split } from './split.ts';
import { tile } from './tile.ts';
import { transpose } from './transpose.ts';
import { trilu } from './trilu.ts';
import * as unary from './unary.ts';
import { upsample } from './upsample.ts';
import { where } from './where.ts';

/** Every operation of the layer IR by its name. */
export const ops = {
  conv,
  convTranspose,
  matMul,
  maxPool,
  averagePool,
  lpPool,
  maxUnpool,
  depthToSpace,
  spaceToDepth,
  upsample,
  batchNormalization,
  instanceNormalization,
  groupNormalization,
  layerNormalization,
  rmsNormalization,
  lrn,
  lpNormalization,
  reduceSum,
  reduceMean,
  reduceMax,
  reduceMin,
  reduceProd,
  reduceL1,
  reduceL2,
  reduceLogSum,
  reduceLogSumExp,
  reduceSumSquare,
  argMax,
  argMin,
  softmax,
  logSoftmax,
  hardmax,
  ...unary,
  ...activation,
  ...binary,
  where,
  clip,
  cast,
  reshape,
  transpose,
  expand,
  concat,
  split,
  slice,
  pad,
  tile,
  gather,
  gatherElements,
  gatherND,
  scatterElements,
  scatterND,
  oneHot,
  trilu,
  cumSum,
  cumProd,
} as const;

export type OpName = keyof typeof ops;

/** The operation of a node. @throws PP2006 when there is none of this name. */
export function opOf(node: { readonly name: string; readonly op: string }): Op {
  check(Object.hasOwn(ops, node.op), 'PP2006', () => ({
    at: place(node),
    problem: `the layer IR has no operation '${node.op}'`,
    fix: `Use one of ${Object.keys(ops).join(', ')}`,
  }));
  return ops[node.op as OpName];
}
