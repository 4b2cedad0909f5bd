import { elements, Network, type OperandSpec, withAt } from '@polyphase/conformance';
import {
  type AxisResampling,
  type Dense,
  isOp,
  ops,
  type UpsampleAttributes,
  type Value,
} from '@polyphase/ir';
import { reference } from '@polyphase/reference';
import { expect, test } from 'vitest';
import { compareLayers } from './diff.ts';
import { withBits } from './precision.ts';
import { type Bug, changed, instead, toy } from './toy.testing.ts';

type Build = (network: Network) => Value;

const up =
  (x: OperandSpec, spec: Partial<AxisResampling> = {}): Build =>
  (network) => {
    const value = network.input(x);
    const axes = [2, 3].map(
      (axis): AxisResampling => ({
        axis,
        from: value.type.shape[axis] as number,
        to: 2 * (value.type.shape[axis] as number) + 1,
        map: 'half_pixel',
        filter: { kind: 'linear' },
        antialias: false,
        border: 'clamp',
        profile: 'onnx',
        ...spec,
      }),
    );
    return network.layer(ops.upsample, { x: value }, { axes, extrapolation: 0 });
  };

const square = { stride: [2, 2], dilation: [1, 1], groups: 1 } as const;

const transposed: Build = (network) =>
  network.layer(
    ops.convTranspose,
    { x: network.input([1, 4, 5, 6]), w: network.weight([4, 4, 3, 3]), bias: network.weight([4]) },
    {
      ...square,
      crop: [
        [0, 1],
        [0, 1],
      ],
    },
  );

const grouped: Build = (network) =>
  network.layer(
    ops.convTranspose,
    { x: network.input([1, 4, 5, 6]), w: network.weight([4, 2, 3, 3]) },
    {
      ...square,
      groups: 2,
      crop: [
        [1, 1],
        [1, 1],
      ],
    },
  );

const convolved: Build = (network) =>
  network.layer(
    ops.conv,
    { x: network.input([1, 3, 6, 6]), w: network.weight([4, 3, 3, 3]), bias: network.weight([4]) },
    {
      stride: [1, 1],
      dilation: [1, 1],
      pads: [
        [2, 0],
        [2, 0],
      ],
      groups: 1,
    },
  );

/** A chain, so that the layer has to be found. */
const relu: Build = (network) => {
  const x = network.input([1, 2, 4, 4]);
  return network.layer(ops.relu, { x: network.layer(ops.neg, { x }) });
};

const upsampled =
  (change: (axis: AxisResampling) => AxisResampling): Bug =>
  (node, operands) =>
    isOp(node, ops.upsample)
      ? instead(node, operands, { axes: (node.attributes as UpsampleAttributes).axes.map(change) })
      : undefined;

const coarse =
  (bits: number): Bug =>
  (node, operands) =>
    instead(
      node,
      operands.map((x) => x && ({ ...x, data: x.data.map((value) => withBits(value, bits)) } as Dense)),
    );

const onlyOf =
  (op: string, bug: Bug): Bug =>
  (node, operands) =>
    node.op === op ? bug(node, operands) : undefined;

const rows: Readonly<Record<string, readonly [build: Build, bug: Bug, words: RegExp]>> = {
  'shifted by one': [
    transposed,
    changed((y, i) => y.data[Math.max(i - 1, 0)]!),
    /shifted by one along axis 3/,
  ],
  'shifted by minus one in height': [
    transposed,
    changed((y, i) => y.data[Math.min(i + y.shape[3]!, y.data.length - 1)]!),
    /shifted by minus one along axis 2/,
  ],
  'mirrored crop': [
    transposed,
    (node, operands) =>
      instead(node, operands, {
        crop: [
          [1, 0],
          [1, 0],
        ],
      }),
    /the crop is mirrored: \[1, 0\], \[1, 0\] instead of \[0, 1\], \[0, 1\]/,
  ],
  'mirrored padding': [
    convolved,
    (node, operands) =>
      instead(node, operands, {
        pads: [
          [0, 2],
          [0, 2],
        ],
      }),
    /the padding is mirrored: \[0, 2\], \[0, 2\] instead of \[2, 0\], \[2, 0\]/,
  ],
  'missing bias': [convolved, (node, [x, w]) => instead(node, [x, w]), /the bias is missing/],
  'kernel turned around': [
    convolved,
    (node, [x, w, bias]) => instead(node, [x, { ...w!, data: turnedKernel(w!) }, bias]),
    /the kernel is turned around/,
  ],
  'alternating groups': [
    grouped,
    changed((y, i) => {
      const plane = y.shape[2]! * y.shape[3]!;
      const channel = Math.floor(i / plane);
      return y.data[i + ((channel % 2) * 2 + Math.floor(channel / 2) - channel) * plane]!;
    }),
    /the output channels of the groups alternate/,
  ],
  'missing activation': [relu, onlyOf('relu', (_, [x]) => [x!]), /the relu is missing/],
  'NaN lost': [
    (network) => network.layer(ops.relu, { x: network.input(withAt({ 1: Number.NaN }, [1, 4])) }),
    changed((y, i) => (Number.isNaN(y.data[i]!) ? 0 : y.data[i]!)),
    /loses NaN \(1 elements\)/,
  ],
  'NaN made': [
    (network) => network.layer(ops.neg, { x: network.input([1, 4]) }),
    changed((y, i) => (i === 2 ? Number.NaN : y.data[i]!)),
    /gives NaN where there is a number \(1 elements\)/,
  ],
  'nothing written': [convolved, changed(() => 0), /nothing was written/],
  'channels last': [
    convolved,
    changed((y, i) => {
      const [channels, plane] = [y.shape[1]!, y.shape[2]! * y.shape[3]!];
      return y.data[(i % channels) * plane + Math.floor(i / channels)]!;
    }),
    /the channels are stored last/,
  ],
  'height and width exchanged': [
    convolved,
    changed((y, i) => {
      const [plane, width] = [y.shape[2]! * y.shape[3]!, y.shape[3]!];
      const at = i % plane;
      return y.data[i - at + (at % width) * width + Math.floor(at / width)]!;
    }),
    /height and width are exchanged/,
  ],
  'wrong coordinate map': [
    up([1, 1, 4, 5]),
    upsampled((axis) => ({ ...axis, map: 'align_corners' })),
    /the coordinate map is align_corners/,
  ],
  'wrong rounding of ties': [
    up([1, 1, 4, 5], { filter: { kind: 'nearest', rounding: 'floor' } }),
    upsampled((axis) => ({ ...axis, filter: { kind: 'nearest', rounding: 'ceil' } })),
    /ties and fractions are rounded by ceil/,
  ],
  'map and rounding together': [
    up([1, 1, 5, 5], { filter: { kind: 'nearest', rounding: 'floor' }, map: 'asymmetric', to: 8 }),
    upsampled((axis) => ({
      ...axis,
      map: 'align_corners',
      filter: { kind: 'nearest', rounding: 'round_prefer_ceil' },
    })),
    /the coordinate map is align_corners and ties and fractions are rounded by round_prefer_/,
  ],
  'wrong cubic coefficient': [
    up([1, 1, 5, 6], { filter: { kind: 'cubic', coefficient: -0.75 } }),
    upsampled((axis) => ({ ...axis, filter: { kind: 'cubic', coefficient: -0.5 } })),
    /the cubic coefficient is -0.5/,
  ],
  'no antialiasing': [
    up([1, 1, 9, 9], { antialias: true, to: 4 }),
    upsampled((axis) => ({ ...axis, antialias: false })),
    /it is not antialiased/,
  ],
  'depth to space in the other order': [
    (network) =>
      network.layer(ops.depthToSpace, { x: network.input([1, 8, 2, 3]) }, { blocksize: 2, mode: 'DCR' }),
    (node, operands) => instead(node, operands, { mode: 'CRD' }),
    /the order of channels is CRD/,
  ],
  'padding of another mode': [
    (network) =>
      network.layer(
        ops.pad,
        { x: network.input([1, 1, 4, 4]) },
        {
          pads: [
            [0, 0],
            [0, 0],
            [1, 1],
            [1, 1],
          ],
          mode: 'reflect',
        },
      ),
    (node, operands) => instead(node, operands, { mode: 'edge' }),
    /the padding is that of mode edge/,
  ],
  'halves rounded up': [
    (network) => network.layer(ops.round, { x: network.input(elements([0.5, 1.5, 2.5, -0.5])) }),
    (node, [x]) => instead(node, [{ ...x!, data: x!.data.map((value) => Math.floor(value + 0.5)) }]),
    /halves are rounded up/,
  ],
  'operands in bfloat16': [convolved, coarse(8), /operands are rounded to bfloat16/],
  'operands in TF32': [convolved, coarse(11), /operands are rounded to float16 or TF32/],
  'results in bfloat16': [
    convolved,
    changed((y, i) => withBits(y.data[i]!, 8)),
    /the result is rounded to bfloat16/,
  ],
  'noise of float16': [
    convolved,
    changed((y, i) => y.data[i]! * (1 + (i % 3) * 2 ** -13)),
    /Precision is lost: errors are up to 2\^-1[1-3] of the largest element; that is the size of float16/,
  ],
  'no known mistake': [convolved, changed((y, i) => y.data[i]! * (i % 7)), /No known mistake/],
};

const turnedKernel = (w: Dense): Float64Array =>
  w.data.map((_, i) => w.data[Math.floor(i / 9) * 9 + 8 - (i % 9)]!);

/** Reals where rounding must show, whole numbers elsewhere. */
const isAboutRounding = (name: string): boolean => /in (bfloat16|TF32)|noise/.test(name);

test.each(Object.entries(rows))('%s', async (name, [build, bug, words]) => {
  const network = new Network({ reals: isAboutRounding(name) });
  const { graph, inputs } = network.sample('net', [build(network)]);
  const other = { kind: 'backend', backend: reference() } as const;
  const { difference } = await compareLayers(graph, inputs, toy(bug), other, { fallback: reference() });
  expect(difference?.wrong).toBe('toy');
  expect(difference?.position).toBe(graph.nodes.length - 1);
  expect(difference?.cause).toMatch(words);
});

test.each(Object.entries(rows))('without the bug nothing differs: %s', async (_, [build]) => {
  const network = new Network({ reals: true });
  const { graph, inputs } = network.sample('net', [build(network)]);
  const other = { kind: 'backend', backend: toy(undefined, 'another') } as const;
  const { difference, agreeing } = await compareLayers(graph, inputs, toy(), other, {
    fallback: reference(),
  });
  expect([difference, agreeing]).toEqual([undefined, graph.nodes.length]);
});
