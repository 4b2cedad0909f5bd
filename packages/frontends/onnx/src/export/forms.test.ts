import { expect, test } from 'vitest';
import { decodeModel } from '../decode.ts';
import { exportOnnx, operatorsOf } from './export-onnx.ts';
import { caseOf, type LayerRow } from './rows.testing.ts';

/** The operators of a layer's ONNX file, in order. */
function operators(row: LayerRow, opset = 21): string {
  const { graph } = decodeModel(exportOnnx(caseOf(row).graph, { opset }), 'model');
  return graph!.node.map(({ opType }) => opType).join(' ');
}

const each = (axes: number, value: number): number[] => new Array(axes).fill(value);

const transposed = (crop: readonly (readonly [number, number])[], stride = 2): LayerRow => [
  'convTranspose',
  ['float32[1, 2, 4, 5]', '=float32[2, 3, 3, 3]', '=float32[3]'],
  { stride: each(2, stride), dilation: each(2, 1), crop, groups: 1 },
];

const resample = (
  type: string,
  lengths: readonly (readonly [axis: number, from: number, to: number])[],
  more: object = {},
): LayerRow => [
  'upsample',
  [type],
  {
    axes: lengths.map(([axis, from, to]) => ({
      axis,
      from,
      to,
      map: 'half_pixel',
      filter: { kind: 'linear' },
      antialias: false,
      border: 'clamp',
      profile: 'onnx',
      ...more,
    })),
  },
];

const both = [
  [2, 4, 8],
  [3, 5, 7],
] as const;
const image = 'float32[1, 2, 4, 5]';
const nearest = (rounding: string): object => ({ filter: { kind: 'nearest', rounding } });
const cubic = { filter: { kind: 'cubic', coefficient: -0.75 } };

const pool = (more: object, lengths = '7, 7'): LayerRow => [
  'maxPool',
  [`float32[1, 2, ${lengths}]`],
  {
    kernel: each(2, 3),
    stride: each(2, 2),
    dilation: each(2, 1),
    pads: [
      [0, 0],
      [0, 0],
    ],
    ceil: false,
    ...more,
  },
];

const rows: readonly (readonly [title: string, row: LayerRow, operators: string])[] = [
  [
    'a crop is pads',
    transposed([
      [1, 0],
      [1, 1],
    ]),
    'ConvTranspose',
  ],
  [
    'a negative crop below the stride is output_padding',
    transposed([
      [1, -1],
      [0, 1],
    ]),
    'ConvTranspose',
  ],
  [
    'a negative crop of the stride is padded on before the bias',
    transposed([
      [0, -2],
      [0, 0],
    ]),
    'ConvTranspose Pad Add',
  ],
  [
    'so is one at the beginning',
    transposed([
      [-1, 0],
      [0, 0],
    ]),
    'ConvTranspose Pad Add',
  ],
  [
    'negative pads crop beforehand',
    [
      'conv',
      [image, '=float32[3, 2, 2, 2]', '=float32[3]'],
      {
        stride: [1, 1],
        dilation: [1, 1],
        pads: [
          [-1, 1],
          [0, 0],
        ],
      },
    ],
    'Pad Conv',
  ],
  ['linear is Resize', resample(image, both), 'Resize'],
  ['nearest is Resize', resample(image, both, nearest('floor')), 'Resize'],
  [
    'nearest in a way that ONNX names otherwise',
    resample(image, both, { ...nearest('floor'), map: 'tf_half_pixel_for_nn' }),
    'Resize',
  ],
  [
    'nearest as PyTorch rounds it, where onnxruntime chooses other elements',
    resample('float32[1, 1, 2]', [[2, 2, 82]], { ...nearest('floor'), map: 'asymmetric', profile: 'torch' }),
    'Gather',
  ],
  [
    'nearest of a type without a kernel',
    resample('int64[1, 2, 4, 5]', both, nearest('floor')),
    'Gather Gather',
  ],
  ['cubic of images is Resize', resample(image, both, cubic), 'Resize'],
  [
    'cubic that shrinks, which onnxruntime refuses between transpositions',
    resample(
      image,
      [
        [2, 4, 2],
        [3, 5, 7],
      ],
      cubic,
    ),
    'Gather Mul ReduceSum Gather Mul ReduceSum',
  ],
  [
    'cubic of lines, which onnxruntime refuses',
    resample('float32[1, 2, 5]', [[2, 5, 9]], cubic),
    'Gather Mul ReduceSum',
  ],
  [
    "TensorFlow's cubic, whose weights are its own",
    resample(image, both, { ...cubic, profile: 'tf' }),
    'Gather Mul ReduceSum Gather Mul ReduceSum',
  ],
  [
    'a scale that leaves the length, which onnxruntime would copy',
    resample(image, [[3, 5, 5]], { scale: 1.1 }),
    'Gather Mul ReduceSum',
  ],
  [
    'a roi of an axis that keeps its length, which onnxruntime would ignore',
    resample(image, [[3, 5, 5]], { map: 'tf_crop_and_resize', roi: [0.5, 1] }),
    'Gather Mul ReduceSum',
  ],
  [
    'four axes, which onnxruntime refuses',
    resample('float32[1, 2, 2, 2]', [
      [0, 1, 2],
      [1, 2, 3],
      [2, 2, 3],
      [3, 2, 3],
    ]),
    'Gather Gather Mul ReduceSum Gather Mul ReduceSum Gather Mul ReduceSum',
  ],
  ['pooling', pool({}), 'MaxPool'],
  [
    'pads beyond the kernel, which onnxruntime refuses',
    pool({
      dilation: [2, 2],
      pads: [
        [3, 0],
        [0, 0],
      ],
    }),
    'Pad Gather Gather Reshape Transpose Reshape ReduceMax ArgMax Add Gather Add Equal Where',
  ],
  ['the mean of planes', ['reduceMean', [image], { axes: [2, 3], keepDims: true }], 'GlobalAveragePool'],
  ['integers without a kernel', ['max', ['int16[2]', 'int16[2]']], 'Cast Cast Max Cast'],
  [
    'a float remainder with the sign of the divisor',
    ['mod', ['float32[2]', 'float32[2]']],
    'Mod Less Less Xor Equal Not And Add Where',
  ],
];

test.each(rows)('%s', (_, row, expected) => {
  expect(operators(row)).toBe(expected);
});

test('the last window that operator set 21 would add is left out by ceil_mode 0', () => {
  const row = pool({ kernel: [1, 1], stride: [2, 2], ceil: true }, '2, 3');
  expect(operators(row, 21)).toBe('MaxPool');
  const [node] = decodeModel(exportOnnx(caseOf(row).graph), 'model').graph!.node;
  expect(node!.attribute.find(({ name }) => name === 'ceil_mode')!.i).toBe(0n);
});

test('an operator that a runtime computes wrongly is avoided', () => {
  const { graph } = caseOf(resample(image, both));
  const { graph: written } = decodeModel(
    exportOnnx(graph, { avoids: ({ op }) => op === 'upsample' }),
    'model',
  );
  expect(written!.node.map(({ opType }) => opType).join(' ')).toBe(
    'Gather Mul ReduceSum Gather Mul ReduceSum',
  );
});

test('the operators of a graph and their types', () => {
  const { graph } = caseOf(['max', ['int16[2]', 'int16[2]']]);
  expect(operatorsOf(graph).map(({ operator, outputs }) => [operator, outputs[0]!.dtype])).toEqual([
    ['Cast', 'int32'],
    ['Cast', 'int32'],
    ['Max', 'int32'],
    ['Cast', 'int16'],
  ]);
});
