import { ops, printType, tensor } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { type Flow, inputFlow } from '../flow.ts';
import { numbers, ones, runLayer, runLayers } from '../run.testing.ts';
import * as layers from './index.ts';

const x = inputFlow('x', 'float32', [2, 4, 6, 8]);
const open = inputFlow('open', 'float32', ['n', 4, 'h', 'w']);
const counts = inputFlow('counts', 'int64', [3]);

test('every operation of the layer IR has a builder of its name', () => {
  const builders = new Set(Object.keys(layers));
  expect(Object.keys(ops).filter((name) => !builders.has(name))).toEqual([]);
});

/** The layer that makes a flow: its attributes and what comes out. */
const made = (flow: Flow) => ({ type: printType(flow.value.type), ...flow.from!.node.attributes });
const two = [2, 2];
const none = [
  [0, 0],
  [0, 0],
];

describe('arguments as attributes', () => {
  test.each<[title: string, flow: Flow, expected: object]>([
    [
      'a scalar stride is spread over the axes',
      layers.conv(x, ones(3, 4, 1, 1), { stride: 2 }),
      { type: 'float32[2, 3, 3, 4]', stride: two, dilation: [1, 1], pads: none, groups: 1 },
    ],
    [
      'so is a scalar padding',
      layers.conv(open, ones(3, 4, 3, 3), { pads: 1 }),
      {
        type: 'float32[n, 3, h, w]',
        pads: [
          [1, 1],
          [1, 1],
        ],
      },
    ],
    [
      'and a scalar crop',
      layers.convTranspose(open, ones(4, 3, 4, 4), { stride: 2, crop: 1 }),
      {
        type: 'float32[n, 3, 2*h, 2*w]',
        crop: [
          [1, 1],
          [1, 1],
        ],
      },
    ],
    [
      'windows do not overlap by default',
      layers.maxPool(x, { kernel: [3, 2] }),
      { type: 'float32[2, 4, 2, 4]', stride: [3, 2], ceil: false },
    ],
    [
      'a mean over windows',
      layers.averagePool(x, {
        kernel: 2,
        stride: 1,
        pads: [
          [0, 1],
          [0, 1],
        ],
      }),
      { type: 'float32[2, 4, 6, 8]', countIncludePad: false },
    ],
    ['a norm over windows', layers.lpPool(x, { kernel: 2 }), { type: 'float32[2, 4, 3, 4]', p: 2 }],
    ['axes count from the end', layers.softmax(x), { type: 'float32[2, 4, 6, 8]', axis: 3 }],
    [
      'all axes are reduced by default',
      layers.reduceSum(x, { keepDims: false }),
      { type: 'float32[]', axes: [0, 1, 2, 3] },
    ],
    [
      'or the one that is named',
      layers.reduceMean(x, { axes: -1 }),
      { type: 'float32[2, 4, 6, 1]', axes: [3] },
    ],
    [
      'an index of the greatest',
      layers.argMax(x, { axis: 1, keepDims: false }),
      { type: 'int64[2, 6, 8]', selectLastIndex: false },
    ],
    ['a running sum', layers.cumSum(x, { axis: -2 }), { axis: 2, exclusive: false, reverse: false }],
    ['-1 takes what is left', layers.reshape(x, [2, -1]), { type: 'float32[2, 192]' }],
    [
      'an open length stays open',
      layers.reshape(open, [open.shape[0]!, 4, -1]),
      { type: 'float32[n, 4, h*w]' },
    ],
    ['axes of length 1 put in', layers.unsqueeze(x, [0, -1]), { type: 'float32[1, 2, 4, 6, 8, 1]' }],
    ['and left out', layers.squeeze(layers.unsqueeze(x, 1), 1), { type: 'float32[2, 4, 6, 8]' }],
    ['negative axes of a permutation', layers.transpose(x, [0, -1, 1, 2]), { perm: [0, 3, 1, 2] }],
    ['broadcasting', layers.expand(ones(8), [6, 1]), { type: 'float32[6, 8]' }],
    ['repeating', layers.tile(x, [1, 1, 1, 2]), { type: 'float32[2, 4, 6, 16]' }],
    ['joining', layers.concat([open, open], { axis: -1 }), { type: 'float32[n, 4, h, 2*w]', axis: 3 }],
    [
      'two halves by default',
      layers.split(x, { axis: 1 })[1]!,
      { type: 'float32[2, 2, 6, 8]', lengths: [2, 2] },
    ],
    [
      'parts of given lengths',
      layers.split(x, { axis: 1, lengths: [1, 3] })[1]!,
      { type: 'float32[2, 3, 6, 8]' },
    ],
    [
      'a slice of one axis to its end',
      layers.slice(x, { axes: -1, start: -3 }),
      { type: 'float32[2, 4, 6, 3]', start: [0, 0, 0, 5] },
    ],
    [
      'backwards',
      layers.slice(x, { axes: 2, start: -1, step: -2 }),
      { type: 'float32[2, 4, 3, 8]', step: [1, 1, -2, 1] },
    ],
    ['of several axes', layers.slice(open, { start: [0, 1], end: [1, 3] }), { type: 'float32[1, 2, h, w]' }],
    [
      'padding of the named axes',
      layers.pad(open, { pads: 1, axes: [2, -1], mode: 'reflect' }),
      { type: 'float32[n, 4, h+2, w+2]' },
    ],
    [
      'padding with a value',
      layers.pad(x, {
        pads: [
          [0, 0],
          [0, 0],
          [1, 0],
          [0, -2],
        ],
        value: -1,
      }),
      { type: 'float32[2, 4, 7, 6]' },
    ],
    ['a number as an index drops the axis', layers.gather(x, 0, { axis: 1 }), { type: 'float32[2, 6, 8]' }],
    ['a list keeps it', layers.gather(x, [3, -1], { axis: -3 }), { type: 'float32[2, 2, 6, 8]', axis: 1 }],
    ['a new axis at the end', layers.oneHot(counts, { depth: 5 }), { type: 'float32[3, 5]', axis: 1 }],
    ['another type', layers.cast(x, 'int32'), { type: 'int32[2, 4, 6, 8]' }],
    ['a triangle', layers.trilu(x, { upper: false, k: 1 }), { upper: false, k: 1 }],
    ['attributes of pointwise functions', layers.leakyRelu(x, { alpha: 0.2 }), { alpha: 0.2 }],
    [
      'undefined stands for the default',
      layers.leakyRelu(x, { alpha: undefined as unknown as number }),
      { alpha: 0.01 },
    ],
    ['and their defaults', layers.gelu(x), { approximate: 'none' }],
    [
      'layers of the last axis',
      layers.layerNormalization(x, { scale: ones(8) }).mean,
      { type: 'float32[2, 4, 6, 1]', axis: 3 },
    ],
    [
      'groups',
      layers.groupNormalization(x, { scale: ones(4), bias: ones(4), groups: 2 }),
      { groups: 2, epsilon: 1e-5 },
    ],
    [
      'blocks as TensorFlow orders them',
      layers.depthToSpace(open, { blocksize: 2 }),
      { type: 'float32[n, 1, 2*h, 2*w]', mode: 'DCR' },
    ],
    ['and back', layers.spaceToDepth(x, { blocksize: 2 }), { type: 'float32[2, 16, 3, 4]' }],
    [
      'twice as large',
      layers.upsample(open, { scale: 2 }),
      { type: 'float32[n, 4, 2*h, 2*w]', extrapolation: 0 },
    ],
    [
      'to a size, which may be another length',
      layers.upsample(open, { size: ['h2', 'w2'], mode: 'linear' }),
      { type: 'float32[n, 4, h2, w2]' },
    ],
    [
      'of any axis',
      layers.upsample(x, { size: 3, axes: [0], mode: { kind: 'area' } }),
      { type: 'float32[3, 4, 6, 8]' },
    ],
    [
      'to the size it has: a copy',
      layers.upsample(x, { scale: 1, mode: 'cubic' }),
      { type: 'float32[2, 4, 6, 8]' },
    ],
  ])('%s', (_, flow, expected) => {
    expect(made(flow)).toMatchObject(expected);
  });
});

describe('numbers as operands', () => {
  const row = tensor([-2, 0, 3], [3]);

  test.each<[title: string, build: (x: Flow) => Flow, elements: number[]]>([
    ['on the right', (x) => layers.mul(x, 2), [-4, 0, 6]],
    ['on the left', (x) => layers.sub(1, x), [3, 1, -2]],
    ['both', (x) => layers.add(x, layers.pow(2, 3)), [6, 8, 11]],
    ['bounds', (x) => layers.clip(x, { min: -1, max: 2 }), [-1, 0, 2]],
    ['one bound', (x) => layers.clip(x, { max: 0 }), [-2, 0, 0]],
    ['choices', (x) => layers.where(layers.less(x, 0), 7, x), [7, 0, 3]],
  ])('%s', async (_, build, elements) => {
    expect(numbers(await runLayer(row, build))).toEqual(elements);
  });

  test('take the type of the other operand', async () => {
    const y = await runLayer(tensor([5, -7], [2], 'int32'), (x) => layers.div(x, 2));
    expect([y.dtype, numbers(y)]).toEqual(['int32', [2, -3]]);
  });
});

test('the outputs of a layer besides its first are its properties', async () => {
  const image = tensor([1, 2, 3, 4], [1, 1, 2, 2]);
  const results = await runLayers([image], ([flow]) => {
    const pooled = layers.maxPool(flow!, { kernel: 2 });
    const normalized = layers.layerNormalization(flow!, { scale: ones(2), epsilon: 0 });
    return [
      pooled,
      pooled.indices,
      layers.maxUnpool(pooled, pooled.indices, { shape: [1, 1, 2, 2] }),
      normalized.mean,
    ];
  });
  expect(results.map(numbers)).toEqual([[4], [3], [0, 0, 0, 4], [1.5, 3.5]]);
});
