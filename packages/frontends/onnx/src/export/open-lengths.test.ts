import {
  addDims,
  ceilDiv,
  type Dim,
  type DType,
  floorDiv,
  fromNumbers,
  type Graph,
  makeNode,
  mulDims,
  type Node,
  type Op,
  type OpName,
  ops,
  resizeAxes,
  sizeOf,
  subDims,
  type Value,
} from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { decodeModel } from '../decode.ts';
import { differencesInOnnxruntime } from './compare.testing.ts';
import { exportOnnx } from './export-onnx.ts';
import { elementsOf } from './rows.testing.ts';

type Put = (op: OpName, operands: readonly (Value | undefined)[], attributes?: object) => Value;

interface OpenRow {
  readonly inputs: readonly (readonly [dtype: DType, open: readonly Dim[], lengths: readonly number[]])[];
  readonly build: (put: Put, x: Value, other: Value) => Value;
}

/** The graph of a row with its lengths open, or with those of one run. */
function graphOf({ inputs, build }: OpenRow, isOpen: boolean): Graph {
  const values = inputs.map(
    ([dtype, open, lengths], i): Value => ({
      name: `x${i}`,
      type: { dtype, shape: isOpen ? open : lengths },
    }),
  );
  const nodes: Node[] = [];
  const put: Put = (op, operands, attributes = {}) => {
    const node = makeNode(ops[op] as unknown as Op, operands, attributes, { name: `layer${nodes.length}` });
    nodes.push(node);
    return node.outputs[0]!;
  };
  const [x, other] = values as [Value, Value];
  return { name: 'open', inputs: values, outputs: [{ name: 'y', value: build(put, x, other) }], nodes };
}

const weight = (...shape: number[]): Value => {
  const constant = fromNumbers('float32', shape, elementsOf('float32', sizeOf(shape), 7));
  return { name: 'weight', type: { dtype: 'float32', shape }, constant };
};

const lengthsOf = (x: Value) => x.type.shape as readonly [Dim, Dim, Dim, Dim];
const images: OpenRow['inputs'] = [['float32', ['batch', 4, 'height', 'width'], [2, 4, 5, 6]]];
const lines: OpenRow['inputs'] = [['float32', ['batch', 'length'], [2, 9]]];

const resized = (more: object): OpenRow => ({
  inputs: images,
  build: (put, x) => put('upsample', [x], resizeAxes({ inputShape: x.type.shape, opset: 19, ...more })),
});

const sliced = (start: number, step: number, length: (n: Dim) => Dim): OpenRow => ({
  inputs: lines,
  build: (put, x) =>
    put('slice', [x], {
      start: [0, start],
      step: [1, step],
      length: [x.type.shape[0], length(x.type.shape[1]!)],
    }),
});

const reshaped = (target: (...lengths: readonly [Dim, Dim, Dim, Dim]) => readonly Dim[]): OpenRow => ({
  inputs: images,
  build: (put, x) => put('reshape', [x], { shape: target(...lengthsOf(x)) }),
});

const expanded = (target: (batch: Dim, length: Dim) => readonly Dim[]): OpenRow => ({
  inputs: lines,
  build(put, x) {
    const [batch, length] = x.type.shape as readonly [Dim, Dim];
    return put('expand', [put('reduceSum', [x], { axes: [0, 1], keepDims: false })], {
      shape: target(batch, length),
    });
  },
});

const rows: Readonly<Record<string, OpenRow>> = {
  'reshape that keeps and joins': reshaped((n, c, h, w) => [n, c, mulDims(h, w)]),
  'reshape that keeps nothing in its place': reshaped((n, c, h, w) => [mulDims(c, n), h, w]),
  'reshape to products': reshaped((n, _, h, w) => [mulDims(2, n), 2, mulDims(h, w)]),
  'expand to sums': expanded((n, m) => [addDims(n, 1), subDims(mulDims(2, m), 3)]),
  'expand to products and quotients': expanded((n, m) => [
    mulDims(n, m),
    floorDiv(addDims(mulDims(3, m), 1), 4),
  ]),
  'expand to a difference from a number': expanded((n) => [addDims(mulDims(-1, n), 7)]),
  'expand beside another input': {
    inputs: [...lines, ['float32', ['other'], [3]]],
    build: (put, x, other) =>
      put('expand', [put('reduceMax', [x], { axes: [1] })], {
        shape: [x.type.shape[0], other.type.shape[0]],
      }),
  },
  'slice to the end': sliced(2, 1, (n) => subDims(n, 2)),
  'slice to before the end': sliced(1, 1, (n) => subDims(n, 3)),
  'slice in steps to the end': sliced(1, 2, (n) => ceilDiv(subDims(n, 1), 2)),
  'slice in steps to before the end': sliced(1, 2, (n) => ceilDiv(subDims(n, 4), 2)),
  'slice of a number': sliced(1, 3, () => 2),
  'pad that crops': {
    inputs: lines,
    build: (put, x) =>
      put('pad', [x], {
        pads: [
          [0, 1],
          [-2, 3],
        ],
      }),
  },
  'pad by reflection': {
    inputs: lines,
    build: (put, x) =>
      put('pad', [x], {
        pads: [
          [0, 0],
          [3, 2],
        ],
        mode: 'reflect',
      }),
  },
  'transposed convolution with an extension': {
    inputs: images,
    build: (put, x) =>
      put('convTranspose', [x, weight(4, 2, 3, 3), weight(2)], {
        stride: [2, 2],
        dilation: [1, 1],
        crop: [
          [1, -1],
          [-1, 1],
        ],
        groups: 1,
      }),
  },
  'the length of an earlier layer': {
    inputs: images,
    build(put, x) {
      const y = put('conv', [x, weight(4, 4, 3, 3)], {
        stride: [2, 2],
        dilation: [1, 1],
        pads: [
          [1, 1],
          [1, 1],
        ],
      });
      return put('expand', [put('reduceMax', [y], { axes: [2, 3] })], { shape: y.type.shape });
    },
  },
  'resize by whole scales': resized({ scales: [1, 1, 2, 3], mode: 'linear' }),
  'resize by other scales': resized({ scales: [1, 1, 1.5, 0.5], mode: 'nearest' }),
  'resize to sizes': resized({ axes: [2, 3], sizes: [7, 9], mode: 'linear' }),
  'resize to the double by lengths': {
    inputs: images,
    build(put, x) {
      const [, , height, width] = lengthsOf(x);
      const axis = (axis: number, from: Dim) => ({
        axis,
        from,
        to: mulDims(2, from),
        map: 'asymmetric',
        filter: { kind: 'nearest', rounding: 'floor' },
        antialias: false,
        border: 'clamp',
        profile: 'torch',
      });
      return put('upsample', [x], { axes: [axis(2, height), axis(3, width)] });
    },
  },
  'what a resize has made, reshaped': {
    inputs: images,
    build(put, x) {
      const { axes } = resizeAxes({
        inputShape: x.type.shape,
        opset: 19,
        scales: [1, 1, 2, 1.5],
        mode: 'linear',
      });
      const y = put('upsample', [x], { axes });
      const [batch, , height, width] = lengthsOf(y);
      return put('reshape', [put('transpose', [y], { perm: [2, 0, 3, 1] })], {
        shape: [height, mulDims(4, batch), width],
      });
    },
  },
  'blocks of integers': {
    inputs: [['int32', ['n', 'c', 'h', 'w'], [2, 8, 3, 2]]],
    build: (put, x) => put('depthToSpace', [x], { blocksize: 2, mode: 'CRD' }),
  },
  'groups of open planes': {
    inputs: images,
    build: (put, x) => put('groupNormalization', [x, weight(4), weight(4)], { groups: 2 }),
  },
  'a scale that is repeated to an open length': {
    inputs: images,
    build: (put, x) => put('layerNormalization', [x, weight(1)], { axis: 2 }),
  },
  'max unpooling': {
    inputs: [
      ['float32', [1, 1, 'length'], [1, 1, 6]],
      ['int64', [1, 1, 'length'], [1, 1, 6]],
    ],
    build: (put, x, indices) => {
      const positive = put('abs', [indices]);
      return put('maxUnpool', [x, positive], { shape: [1, 1, mulDims(2, x.type.shape[2]!)] });
    },
  },
  'names that are no words': {
    inputs: [['float32', ['batch size', 'image.0'], [2, 3]]],
    build: (put, x) => put('reshape', [x], { shape: x.type.shape.toReversed() }),
  },
};

describe.each([17, 21, 26])('in operator set %i', (opset) => {
  test.each(Object.entries(rows))('%s', async (_, row) => {
    const bytes = exportOnnx(graphOf(row, true), { opset });
    const inputs = row.inputs.map(([dtype, , lengths], i) =>
      fromNumbers(dtype, lengths, elementsOf(dtype, sizeOf(lengths), i)),
    );
    expect(await differencesInOnnxruntime(graphOf(row, false), bytes, inputs)).toEqual([]);
  });
});

test('are written as names and expressions', () => {
  const model = decodeModel(exportOnnx(graphOf(rows['resize by other scales']!, true)), 'model');
  const textsOf = (type: unknown): string =>
    JSON.stringify(type, (_, x) => (typeof x === 'bigint' ? Number(x) : x));
  const [input, output] = [...model.graph!.input, ...model.graph!.output].map(({ type }) => textsOf(type));
  for (const name of ['batch', 'height', 'width'])
    expect(input).toContain(`"case":"dimParam","value":"${name}"`);
  expect(output).toContain('"value":"floor(1.5*height)"');
  expect(output).toContain('"value":"floor(width/2)"');
});

const refused: readonly (readonly [OpenRow, message: string])[] = [
  [
    {
      inputs: lines,
      build: (put, x) =>
        put('expand', [put('reduceSum', [x], { axes: [0, 1] })], { shape: ['length', 'unknown'] }),
    },
    'PP2005] layer1 (expand): the length unknown cannot be computed from [batch, length]. Give the sizes of the inputs.',
  ],
  [
    {
      inputs: lines,
      build: (put, x) =>
        put('expand', [put('reduceSum', [x], { axes: [0, 1] })], { shape: ['batch', 'lengths'] }),
    },
    'PP2005] layer1 (expand): the length lengths cannot be computed from [batch, length]. Give the sizes of the inputs.',
  ],
  [
    {
      inputs: images,
      build: (put, x) =>
        put('upsample', [x], {
          axes: [
            {
              axis: 2,
              from: 'height',
              to: '2*height',
              map: 'half_pixel',
              filter: { kind: 'lanczos', lobes: 3 },
              antialias: false,
              border: 'clamp',
              profile: 'keras',
            },
          ],
        }),
    },
    'PP2005] layer0 (upsample): axis 2 is resampled from height to 2*height. Give the sizes of the inputs.',
  ],
];

test.each(refused)('that nothing can be said about are refused: %#', (row, message) => {
  expect(() => exportOnnx(graphOf(row, true))).toThrow(message);
});
