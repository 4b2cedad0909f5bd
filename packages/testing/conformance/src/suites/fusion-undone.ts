import { ops, type Value } from '@polyphase/ir';
import { networks } from '../cases.ts';
import { between, elements, typed } from '../data.ts';
import type { Network } from '../network.ts';
import { conv3, matrix, normalized, scalar } from './layers.ts';
import { none, pairs } from './shared.ts';
import { nearest, resample } from './upsample-rows.ts';

const unpadded = { stride: [1, 1], dilation: [1, 1], pads: [none, none] } as const;
const windows = { kernel: [3, 3], stride: [2, 2], dilation: [1, 1], pads: [none, none] } as const;
const doubling = { stride: [2, 2], dilation: [1, 1], crop: [none, none], groups: 1 } as const;

const twice = (n: Network, x: Value, how: Parameters<typeof resample>[2] = {}): Value => {
  const shape = x.type.shape as readonly number[];
  return n.layer(
    ops.upsample,
    { x },
    { axes: resample(shape, { 2: 2 * shape[2]!, 3: 2 * shape[3]! }, how).axes },
  );
};
const repeated = { filter: nearest('floor'), map: 'asymmetric' } as const;

/** Layers that undo each other, and some that only look like it. */
const undone = networks({
  'split, then joined again': (n) => {
    const xs = n.layers(ops.split, { x: n.input([2, 7, 3]) }, { axis: 1, lengths: [3, 4] });
    return n.layer(ops.concat, { xs }, { axis: 1 });
  },
  'split, then joined the other way around': (n) => {
    const [a, b] = n.layers(ops.split, { x: n.input([2, 6, 3]) }, { axis: 1, lengths: [3, 3] });
    return n.layer(ops.concat, { xs: [b!, a!] }, { axis: 1 });
  },
  'joined, then split again': (n) => {
    const x = n.layer(ops.concat, { xs: [n.input([2, 3]), n.input([2, 4])] }, { axis: 1 });
    return n.layers(ops.split, { x }, { axis: 1, lengths: [3, 4] });
  },
  'joined, then split elsewhere': (n) => {
    const x = n.layer(ops.concat, { xs: [n.input([2, 3]), n.input([2, 4])] }, { axis: 1 });
    return n.layers(ops.split, { x }, { axis: 1, lengths: [4, 3] });
  },
  'depthToSpace and back': (n) => {
    const x = n.layer(ops.depthToSpace, { x: n.input([1, 8, 2, 3]) }, { blocksize: 2 });
    return n.layer(ops.spaceToDepth, { x }, { blocksize: 2 });
  },
  'depthToSpace CRD, back in the other order': (n) => {
    const x = n.layer(ops.depthToSpace, { x: n.input([1, 8, 2, 3]) }, { blocksize: 2, mode: 'CRD' });
    return n.layer(ops.spaceToDepth, { x }, { blocksize: 2 });
  },
  'spaceToDepth and back': (n) => {
    const x = n.layer(ops.spaceToDepth, { x: n.input([1, 3, 4, 6]) }, { blocksize: 2 });
    return n.layer(ops.depthToSpace, { x }, { blocksize: 2 });
  },
  'a slice of a slice': (n) => {
    const x = n.layer(ops.slice, { x: n.input([9, 8]) }, { start: [1, 7], step: [2, -1], length: [4, 7] });
    return n.layer(ops.slice, { x }, { start: [3, 1], step: [-1, 2], length: [3, 3] });
  },
  'int8 to int32 to float32': (n) => {
    const x = n.layer(ops.cast, { x: n.input(typed('int8', [2, 5])) }, { to: 'int32' });
    return n.layer(ops.cast, { x }, { to: 'float32' });
  },
  'float32 to int32 to float32: fractions are lost': (n) => {
    const x = n.layer(ops.cast, { x: n.input(between(-3, 3, [2, 5])) }, { to: 'int32' });
    return n.layer(ops.cast, { x }, { to: 'float32' });
  },
  'reshapes around a function': (n) => {
    const x = n.layer(ops.reshape, { x: n.input([2, 6]) }, { shape: [3, 4] });
    return n.layer(ops.reshape, { x: n.layer(ops.relu, { x }) }, { shape: [12] });
  },
  'transposes around padding, a slice and a join': (n) => {
    const x = n.layer(ops.transpose, { x: n.input([1, 3, 4, 5]) }, { perm: [0, 2, 3, 1] });
    const padded = n.layer(
      ops.pad,
      { x },
      {
        pads: [
          [0, 0],
          [1, 0],
          [0, 2],
          [0, 0],
        ],
        mode: 'edge',
      },
    );
    const cut = { start: [0, 0, 1, 0], step: [1, 1, 1, 1], length: [1, 5, 5, 3] };
    const part = n.layer(ops.slice, { x: padded }, cut);
    const both = n.layer(ops.concat, { xs: [part, n.layer(ops.relu, { x: part })] }, { axis: 3 });
    return n.layer(ops.transpose, { x: both }, { perm: [0, 3, 1, 2] });
  },
  'a transpose, a softmax over channels, a mean of places': (n) => {
    const x = n.layer(ops.transpose, { x: n.input([2, 3, 4, 5]) }, { perm: [0, 2, 3, 1] });
    const shares = n.layer(ops.softmax, { x }, { axis: 3 });
    return n.layer(ops.reduceMean, { x: shares }, { axes: [1, 2], keepDims: false });
  },
  'a transpose of one channel': (n) =>
    n.layer(ops.transpose, { x: n.layer(ops.relu, { x: n.input([1, 1, 4, 5]) }) }, { perm: [0, 2, 3, 1] }),
  'transposes around functions with constants': (n) => {
    const x = n.layer(ops.transpose, { x: n.input([1, 3, 4, 5]) }, { perm: [0, 2, 3, 1] });
    const sum = n.layer(ops.add, { a: n.layer(ops.relu, { x }), b: n.weight([3]) });
    return n.layer(
      ops.transpose,
      { x: n.layer(ops.mul, { a: sum, b: n.weight([5, 1]) }) },
      { perm: [0, 3, 1, 2] },
    );
  },
});

/** What stands before a layer and goes into its weights or its padding. */
const before = networks({
  'a factor a channel, then conv': (n) =>
    conv3(n, n.layer(ops.mul, { a: n.input([1, 3, 4, 4]), b: n.weight([3, 1, 1]) }), 2),
  'batchNormalization, then conv without padding': (n) => {
    const x = normalized(n, n.input([1, 3, 5, 5]));
    return n.layer(ops.conv, { x, w: n.weight([4, 3, 3, 3]), bias: n.weight([4]) }, unpadded);
  },
  'a factor a channel, then convTranspose in groups': (n) => {
    const x = n.layer(ops.mul, { a: n.input([1, 4, 3, 3]), b: n.weight([1, 4, 1, 1]) });
    return n.layer(ops.convTranspose, { x, w: n.weight([4, 3, 3, 3]) }, { ...doubling, groups: 2 });
  },
  'a shift, then convTranspose: it does not reach all elements alike': (n) => {
    const x = n.layer(ops.add, { a: n.input([1, 3, 3, 3]), b: n.weight([3, 1, 1]) });
    return n.layer(ops.convTranspose, { x, w: n.weight([3, 2, 3, 3]) }, doubling);
  },
  'a factor a column, then matMul': (n) =>
    matrix(n, n.layer(ops.mul, { a: n.input([3, 5]), b: n.weight([5]) }), 4),
  'a factor a row, then matMul': (n) =>
    matrix(n, n.layer(ops.mul, { a: n.input([3, 5]), b: n.weight([3, 1]) }), 4),
  'matMul, then a factor a column': (n) =>
    n.layer(ops.mul, { a: matrix(n, n.input([3, 5]), 4), b: n.weight([4]) }),
  'pad by zeros, then convTranspose': (n) => {
    const x = n.layer(ops.pad, { x: n.input([1, 2, 3, 4]) }, { pads: pairs(0, 0, 0, 0, 1, 0, 2, 1) });
    return n.layer(ops.convTranspose, { x, w: n.weight([2, 3, 4, 4]), bias: n.weight([3]) }, doubling);
  },
  'pad by zeros, then averagePool': (n) => {
    const x = n.layer(ops.pad, { x: n.input([1, 2, 5, 6]) }, { pads: pairs(0, 0, 0, 0, 1, 0, 1, 1) });
    return n.layer(ops.averagePool, { x }, windows);
  },
  'pad by zeros, then lpPool': (n) => {
    const x = n.layer(ops.pad, { x: n.input([1, 2, 5, 6]) }, { pads: pairs(0, 0, 0, 0, 1, 1, 0, 1) });
    return n.layer(ops.lpPool, { x }, windows);
  },
  'pad by zeros, then maxPool: zeros may be the greatest': (n) => {
    const x = n.layer(
      ops.pad,
      { x: n.input(between(-9, -1, [1, 1, 4, 4])) },
      { pads: pairs(0, 0, 0, 0, 1, 1, 1, 1) },
    );
    return n.layers(ops.maxPool, { x }, windows);
  },
  'pad by ones, then conv': (n) => {
    const value = n.weight(elements([1], []));
    const x = n.layer(ops.pad, { x: n.input([1, 2, 4, 4]), value }, { pads: pairs(0, 0, 0, 0, 1, 1, 1, 1) });
    return n.layer(ops.conv, { x, w: n.weight([3, 2, 3, 3]) }, unpadded);
  },
});

/** Around layers that make maps larger. */
const larger = networks({
  'linear twice, then scale and shift': (n) => {
    const scaled = n.layer(ops.mul, { a: twice(n, n.input([1, 3, 4, 4])), b: n.weight([3, 1, 1]) });
    return n.layer(ops.add, { a: scaled, b: scalar(n, 2) });
  },
  'linear twice, then batchNormalization': (n) => normalized(n, twice(n, n.input([1, 3, 4, 4]))),
  'a crop beyond the input, then scale: the extrapolation value is scaled too': (n) => {
    const { axes } = resample([1, 2, 4, 4], { 2: 6, 3: 6 }, { map: 'tf_crop_and_resize', roi: [-0.3, 1.2] });
    const a = n.layer(ops.upsample, { x: n.input([1, 2, 4, 4]) }, { axes, extrapolation: 7 });
    return n.layer(ops.mul, { a, b: scalar(n, 3) });
  },
  'nearest twice and a skip connection joined, then conv: U-Net': (n) => {
    const xs = [n.input([1, 2, 8, 8]), twice(n, n.input([1, 4, 4, 4]), repeated)];
    return conv3(n, n.layer(ops.concat, { xs }, { axis: 1 }), 3);
  },
  'conv without a bias, then depthToSpace CRD': (n) => {
    const x = n.layer(
      ops.conv,
      { x: n.input([1, 2, 4, 4]), w: n.weight([12, 2, 3, 3]) },
      { ...unpadded, pads: pairs(1, 1, 1, 1) },
    );
    return n.layer(ops.depthToSpace, { x }, { blocksize: 2, mode: 'CRD' });
  },
  'conv without a bias, then depthToSpace DCR': (n) => {
    const x = n.layer(ops.conv, { x: n.input([1, 2, 5, 4]), w: n.weight([8, 2, 3, 2]) }, unpadded);
    return n.layer(ops.depthToSpace, { x }, { blocksize: 2 });
  },
  'conv in groups without a bias, then depthToSpace': (n) => {
    const how = { ...unpadded, pads: pairs(1, 0, 0, 1), groups: 2 };
    const x = n.layer(ops.conv, { x: n.input([1, 4, 4, 4]), w: n.weight([16, 2, 2, 2]) }, how);
    return n.layer(ops.depthToSpace, { x }, { blocksize: 2, mode: 'CRD' });
  },
});

export const undoing = [...undone, ...before, ...larger];
