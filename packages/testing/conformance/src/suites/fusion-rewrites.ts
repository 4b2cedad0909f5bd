import { ops, type Value } from '@polyphase/ir';
import { networks } from '../cases.ts';
import { elements, int64 } from '../data.ts';
import type { Network } from '../network.ts';
import { conv1, conv3, normalized, scalar, up2 } from './layers.ts';
import { pairs } from './shared.ts';
import { cubic, linear, nearest, resample } from './upsample-rows.ts';

type How = Parameters<typeof resample>[2];

/** Resamples the last two axes of [N, C, H, W]. */
function resized(n: Network, x: Value, factor: number, how?: How): Value {
  const shape = x.type.shape as readonly number[];
  const to = { 2: factor * shape[2]!, 3: factor * shape[3]! };
  return n.layer(ops.upsample, { x }, { axes: resample(shape, to, how).axes });
}

const repeated = { filter: nearest('floor'), map: 'asymmetric' } as const;

/** Pairs of layers that a compiler may turn into one, and look-alikes that it may not. */
const resizing = networks({
  'nearest twice, then conv': (n) => conv3(n, resized(n, n.input([1, 3, 4, 5]), 2, repeated), 4),
  'nearest three times, then conv': (n) => conv3(n, resized(n, n.input([1, 2, 3, 3]), 3, repeated), 2),
  'nearest twice, then conv with stride 2': (n) => {
    const x = resized(n, n.input([1, 2, 4, 4]), 2, repeated);
    const w = n.weight([3, 2, 3, 3]);
    return n.layer(ops.conv, { x, w }, { stride: [2, 2], dilation: [1, 1], pads: pairs(1, 1, 1, 1) });
  },
  'nearest twice, then a depthwise conv': (n) => {
    const x = resized(n, n.input([1, 3, 4, 4]), 2, repeated);
    const w = n.weight([3, 1, 3, 3]);
    return n.layer(
      ops.conv,
      { x, w },
      { stride: [1, 1], dilation: [1, 1], pads: pairs(1, 1, 1, 1), groups: 3 },
    );
  },
  'nearest twice, then conv that pads unevenly': (n) => {
    const x = resized(n, n.input([1, 2, 3, 4]), 2, repeated);
    const w = n.weight([3, 2, 2, 4]);
    return n.layer(ops.conv, { x, w }, { stride: [1, 1], dilation: [1, 1], pads: pairs(0, 1, 2, 1) });
  },
  'nearest of the ceiling, then conv': (n) =>
    conv3(n, resized(n, n.input([1, 2, 3, 4]), 2, { ...repeated, filter: nearest('ceil') }), 3),
  'linear twice, then conv': (n) => conv3(n, resized(n, n.input([1, 3, 4, 5]), 2), 4),
  'linear twice, aligned corners, then conv': (n) =>
    conv3(n, resized(n, n.input([1, 2, 4, 4]), 2, { map: 'align_corners' }), 3),
  'linear twice, then a wide conv without padding': (n) => {
    const x = resized(n, n.input([1, 2, 8, 9]), 2);
    return n.layer(
      ops.conv,
      { x, w: n.weight([2, 2, 4, 5]) },
      { stride: [1, 1], dilation: [1, 1], pads: pairs(0, 0, 0, 0) },
    );
  },
  'linear four times, then a wide conv: the border is another one': (n) => {
    const x = resized(n, n.input([1, 2, 12, 12]), 4);
    const w = n.weight([2, 2, 7, 7]);
    return n.layer(
      ops.conv,
      { x, w, bias: n.weight([2]) },
      { stride: [1, 1], dilation: [1, 1], pads: pairs(3, 3, 3, 3) },
    );
  },
  'linear along rows, then along columns': (n) => {
    const x = n.input([1, 2, 3, 4]);
    const rows = n.layer(ops.upsample, { x }, { axes: resample([1, 2, 3, 4], { 2: 6 }).axes });
    return n.layer(ops.upsample, { x: rows }, { axes: resample([1, 2, 6, 4], { 3: 12 }).axes });
  },
  'linear three times, then conv': (n) => conv3(n, resized(n, n.input([1, 2, 3, 4]), 3), 3),
  'linear twice, then conv 1 x 1': (n) => conv1(n, resized(n, n.input([1, 4, 3, 3]), 2), 3),
  'cubic twice, then conv 1 x 1': (n) =>
    conv1(n, resized(n, n.input([1, 4, 4, 4]), 2, { filter: cubic(-0.75) }), 3),
  'linear twice, then conv 1 x 1 with a bias': (n) => {
    const x = resized(n, n.input([1, 4, 3, 3]), 2, { filter: linear });
    const [w, bias] = [n.weight([3, 4, 1, 1]), n.weight([3])] as const;
    return n.layer(ops.conv, { x, w, bias }, { stride: [1, 1], dilation: [1, 1], pads: pairs(0, 0, 0, 0) });
  },
  'linear twice, then conv 1 x 1 that pads': (n) => {
    const x = resized(n, n.input([1, 3, 3, 3]), 2);
    const w = n.weight([2, 3, 1, 1]);
    return n.layer(ops.conv, { x, w }, { stride: [1, 1], dilation: [1, 1], pads: pairs(1, 1, 0, 1) });
  },
  'nearest twice, then relu': (n) => n.layer(ops.relu, { x: resized(n, n.input([1, 3, 4, 5]), 2, repeated) }),
  'linear twice, then relu: they may not change places': (n) =>
    n.layer(ops.relu, { x: resized(n, n.input([1, 3, 4, 5]), 2) }),
  'nearest twice, then nearest three times': (n) =>
    resized(n, resized(n, n.input([1, 2, 2, 3]), 2, repeated), 3, repeated),
  'nearest twice, added to a skip connection': (n) =>
    n.layer(ops.add, { a: resized(n, n.input([1, 3, 3, 4]), 2, repeated), b: n.input([1, 3, 6, 8]) }),
  'conv, then nearest twice': (n) => resized(n, conv3(n, n.input([1, 2, 4, 4]), 3), 2, repeated),
});

const folding = networks({
  'conv, then batchNormalization': (n) => normalized(n, conv3(n, n.input([1, 3, 4, 4]), 5)),
  'convTranspose, then batchNormalization': (n) => normalized(n, up2(n, n.input([1, 3, 3, 3]), 5)),
  'convTranspose in groups, then batchNormalization': (n) => {
    const [x, w] = [n.input([1, 4, 3, 3]), n.weight([4, 3, 2, 2])] as const;
    const how = { stride: [2, 2], dilation: [1, 1], crop: pairs(0, 0, 0, 0), groups: 2 };
    return normalized(n, n.layer(ops.convTranspose, { x, w }, how));
  },
  'batchNormalization, then conv: its padding is not shifted': (n) =>
    conv3(n, normalized(n, n.input([1, 3, 4, 4])), 2),
  'convTranspose with holes, then batchNormalization': (n) => {
    const [x, w] = [n.input([1, 2, 3, 3]), n.weight([2, 3, 1, 1])] as const;
    const how = { stride: [2, 2], dilation: [1, 1], crop: pairs(0, -1, -1, 0), groups: 1 };
    return normalized(n, n.layer(ops.convTranspose, { x, w }, how));
  },
  'conv that is read twice, then batchNormalization': (n) => {
    const y = conv3(n, n.input([1, 2, 4, 4]), 3);
    return [normalized(n, y), n.layer(ops.relu, { x: y })];
  },
  'conv, then a scale and a shift a channel': (n) => {
    const y = n.layer(ops.mul, { a: conv3(n, n.input([1, 2, 4, 4]), 3), b: n.weight([1, 3, 1, 1]) });
    return n.layer(ops.add, { a: n.weight([3, 1, 1]), b: y });
  },
  'conv, then as many values as channels along the width': (n) =>
    n.layer(ops.add, { a: conv3(n, n.input([1, 2, 3, 4]), 4), b: n.weight([4]) }),
  'conv with batch = channels, then a value an image': (n) =>
    n.layer(ops.mul, { a: conv3(n, n.input([3, 2, 4, 4]), 3), b: n.weight([3, 1, 1, 1]) }),
  'convTranspose, then a scalar': (n) =>
    n.layer(ops.mul, { a: up2(n, n.input([1, 2, 3, 3]), 3), b: scalar(n, -2) }),
  'a large shift behind small products': (n) =>
    n.layer(ops.add, {
      a: conv3(n, n.input([1, 8, 4, 4]), 3),
      b: n.weight(elements([1e4, -1e4, 3e3], [3, 1, 1])),
    }),
  'weights that are computed': (n) => {
    const w = n.layer(ops.mul, { a: n.weight([3, 2, 3, 3]), b: scalar(n, 0.5) });
    return n.layer(
      ops.conv,
      { x: n.input([1, 2, 4, 4]), w },
      { stride: [1, 1], dilation: [1, 1], pads: pairs(1, 1, 1, 1) },
    );
  },
  'weights that are turned around': (n) => {
    const b = n.layer(ops.transpose, { x: n.weight([5, 4]) }, { perm: [1, 0] });
    return n.layer(ops.matMul, { a: n.input([3, 4]), b });
  },
});

const blocks = networks({
  'conv, then depthToSpace: sub-pixel': (n) =>
    n.layer(ops.depthToSpace, { x: conv3(n, n.input([1, 2, 3, 4]), 12) }, { blocksize: 2, mode: 'CRD' }),
  'conv, then depthToSpace of the other order, relu': (n) => {
    const x = n.layer(ops.depthToSpace, { x: conv3(n, n.input([1, 2, 3, 4]), 12) }, { blocksize: 2 });
    return n.layer(ops.relu, { x });
  },
  'spaceToDepth, then conv': (n) =>
    conv3(n, n.layer(ops.spaceToDepth, { x: n.input([1, 2, 4, 6]) }, { blocksize: 2 }), 3),
  'U-Net: up, a skip connection, conv': (n) => {
    const xs = [up2(n, n.input([1, 4, 2, 3]), 3), n.input([1, 3, 4, 6])];
    return n.layer(ops.relu, { x: conv3(n, n.layer(ops.concat, { xs }, { axis: 1 }), 3) });
  },
  'SegNet: pool, conv, unpool': (n) => {
    const how = { kernel: [2, 2], stride: [2, 2], dilation: [1, 1], pads: pairs(0, 0, 0, 0) };
    const [y, indices] = n.layers(ops.maxPool, { x: n.input([1, 2, 4, 6]) }, how);
    return n.layer(ops.maxUnpool, { x: conv3(n, y!, 2), indices: indices! }, { shape: [1, 2, 4, 6] });
  },
  'pad by reflection, then conv': (n) => {
    const x = n.layer(
      ops.pad,
      { x: n.input([1, 2, 4, 5]) },
      { pads: pairs(0, 0, 0, 0, 1, 1, 1, 1), mode: 'reflect' },
    );
    return n.layer(
      ops.conv,
      { x, w: n.weight([3, 2, 3, 3]) },
      { stride: [1, 1], dilation: [1, 1], pads: pairs(0, 0, 0, 0) },
    );
  },
  'pad by zeros, then conv that pads': (n) =>
    conv3(n, n.layer(ops.pad, { x: n.input([1, 2, 4, 5]) }, { pads: pairs(0, 0, 0, 0, 1, 0, 2, 1) }), 3),
  'convTranspose, then a slice: a crop by hand': (n) => {
    const x = up2(n, n.input([1, 2, 3, 3]), 3);
    return n.layer(ops.slice, { x }, { start: [0, 0, 1, 0], step: [1, 1, 1, 1], length: [1, 3, 5, 5] });
  },
  'channels last around a conv': (n) => {
    const x = n.layer(ops.transpose, { x: n.input([1, 4, 5, 3]) }, { perm: [0, 3, 1, 2] });
    return n.layer(ops.transpose, { x: conv3(n, x, 4) }, { perm: [0, 2, 3, 1] });
  },
  'transposes that undo each other': (n) => {
    const x = n.layer(ops.transpose, { x: n.input([2, 3, 4]) }, { perm: [2, 0, 1] });
    return n.layer(ops.transpose, { x }, { perm: [1, 2, 0] });
  },
  'transposes that do not': (n) => {
    const x = n.layer(ops.transpose, { x: n.input([2, 3, 4]) }, { perm: [2, 0, 1] });
    return n.layer(ops.transpose, { x }, { perm: [2, 0, 1] });
  },
  'a chain of shapes': (n) => {
    const flat = n.layer(ops.reshape, { x: n.input([2, 3, 4]) }, { shape: [24] });
    const same = n.layer(ops.identity, { x: n.layer(ops.reshape, { x: flat }, { shape: [6, 4] }) });
    return n.layer(ops.reshape, { x: n.layer(ops.cast, { x: same }, { to: 'float32' }) }, { shape: [4, 6] });
  },
  'a reshape between transposes': (n) => {
    const x = n.layer(ops.transpose, { x: n.input([2, 3, 4]) }, { perm: [1, 0, 2] });
    const y = n.layer(ops.reshape, { x }, { shape: [6, 4] });
    return n.layer(ops.transpose, { x: y }, { perm: [1, 0] });
  },
  'layers of known values only': (n) => {
    const x = n.layer(ops.add, { a: n.weight([2, 3]), b: n.weight([3]) });
    return [x, n.layer(ops.mul, { a: n.input([2, 3]), b: x })];
  },
  'a gather of known rows': (n) =>
    n.layer(ops.relu, {
      x: n.layer(ops.gather, { x: n.input([4, 3]), indices: n.weight(int64([3, 0, 3])) }),
    }),
});

export const rewrites = [...resizing, ...folding, ...blocks];
