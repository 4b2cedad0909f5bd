import { describe, expect, it } from 'vitest';
import {
  type ConvTransposeAttributes,
  type Crop,
  convTranspose,
  kerasCrop,
  type OnnxPadding,
  onnxCrop,
  torchCrop,
} from './conv-transpose.ts';
import { apply, dense, elementsOf, expectReadsSuffice, itInfers, itRejects, pattern } from './ops.testing.ts';

interface Row extends Partial<ConvTransposeAttributes> {
  readonly title: string;
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly bias?: number;
  readonly shape: readonly number[];
  readonly y: readonly number[];
}

/** x, w and bias are `pattern`s with the seeds 0, 1 and 2; y is what onnxruntime 1.30.0 computes of them. */
const rows: readonly Row[] = [
  {
    title: 'stride 2',
    x: [1, 1, 3],
    w: [1, 1, 3],
    stride: [2],
    shape: [1, 1, 7],
    y: [10, -25, -9, 10, 6, -10, -2],
  },
  {
    title: 'a crop on all sides',
    x: [1, 1, 2, 3],
    w: [1, 1, 3, 3],
    stride: [2, 2],
    crop: [
      [1, 1],
      [1, 1],
    ],
    shape: [1, 1, 3, 5],
    y: [-20, -6, 8, 6, -8, 10, 0, 11, 13, -21, 20, -3, 4, 9, -12],
  },
  {
    title: 'a crop at the begin only, as PyTorch padding 1 and output_padding 1 make',
    x: [1, 1, 2, 2],
    w: [1, 1, 3, 3],
    stride: [2, 2],
    crop: [
      [1, 0],
      [1, 0],
    ],
    shape: [1, 1, 4, 4],
    y: [-20, -6, 8, 0, -25, -15, 31, 3, -8, -15, 20, 0, -6, -18, 15, -5],
  },
  {
    title: 'a stride beyond the kernel leaves holes',
    x: [1, 1, 3],
    w: [1, 1, 2],
    stride: [3],
    shape: [1, 1, 8],
    y: [10, -25, 0, -4, 10, 0, 4, -10],
  },
  {
    title: 'a negative crop adds elements that hold the bias',
    x: [1, 1, 2],
    w: [1, 1, 2],
    bias: 1,
    stride: [3],
    crop: [[0, -2]],
    shape: [1, 1, 7],
    y: [11, -24, 1, -3, 11, 1, 1],
  },
  {
    title: 'dilation',
    x: [1, 1, 3],
    w: [1, 1, 2],
    dilation: [3],
    crop: [[1, 0]],
    shape: [1, 1, 5],
    y: [-4, 4, -25, 10, -10],
  },
  {
    title: 'two groups and bias',
    x: [1, 4, 2],
    w: [4, 2, 2],
    bias: 4,
    stride: [2],
    groups: 2,
    shape: [1, 4, 4],
    y: [3, -24, 17, 11, 0, 6, -21, 6, 23, 3, 7, 19, -10, 14, -6, 6],
  },
  {
    title: 'channels and batch',
    x: [2, 2, 2],
    w: [2, 2, 2],
    shape: [2, 2, 3],
    y: [2, -9, 10, 3, -9, 9, 14, 11, -15, -15, 6, 9],
  },
  {
    title: 'three axes',
    x: [1, 1, 2, 1, 2],
    w: [1, 1, 2, 2, 2],
    stride: [2, 1, 1],
    crop: [
      [1, 0],
      [0, 0],
      [1, 0],
    ],
    shape: [1, 1, 3, 2, 2],
    y: [8, 0, -23, 6, -20, 25, 11, -15, 20, 0, -26, 15],
  },
];

function attributesOf({ x, stride, dilation, crop, groups = 1 }: Row): ConvTransposeAttributes {
  const each = <T>(value: T): T[] => x.slice(2).map(() => value);
  return {
    stride: stride ?? each(1),
    dilation: dilation ?? each(1),
    crop: crop ?? each<Crop>([0, 0]),
    groups,
  };
}

const operandsOf = ({ x, w, bias }: Row) => [
  pattern(x),
  pattern(w, 1),
  bias === undefined ? undefined : pattern([bias], 2),
];

describe('convTranspose', () => {
  it.each(rows)('$title', (row) => {
    const [y] = apply(convTranspose, operandsOf(row), attributesOf(row));
    expect({ shape: y!.shape, y: [...y!.data] }).toEqual({ shape: row.shape, y: row.y });
  });

  it.each(rows)('reads no more than it says: $title', (row) => {
    expectReadsSuffice(convTranspose, operandsOf(row), attributesOf(row));
  });

  it("is the textbook's transposed convolution (Dive into Deep Learning, section 14.10)", () => {
    const square = dense([1, 1, 2, 2], [0, 1, 2, 3]);
    const attributes = {
      stride: [1, 1],
      dilation: [1, 1],
      crop: [
        [0, 0],
        [0, 0],
      ] as const,
      groups: 1,
    };
    expect(elementsOf(convTranspose, [square, square], attributes)).toEqual([0, 0, 1, 0, 4, 6, 4, 12, 9]);
  });
});

/** [kernel, stride, auto_pad, output_padding, crop]: where onnxruntime 1.30.0 cuts the natural output. */
const autoPads: readonly (readonly [number, number, OnnxPadding['autoPad'], number, Crop])[] = [
  [3, 2, 'SAME_UPPER', 0, [0, 1]],
  [3, 2, 'SAME_UPPER', 1, [1, 0]],
  [3, 2, 'SAME_LOWER', 0, [1, 0]],
  [3, 2, 'SAME_LOWER', 1, [1, 0]],
  [3, 2, 'VALID', 1, [0, -1]],
  [3, 2, 'NOTSET', 1, [0, -1]],
  [4, 2, 'SAME_UPPER', 0, [1, 1]],
  [4, 2, 'SAME_LOWER', 1, [2, 0]],
  [2, 2, 'SAME_UPPER', 1, [0, 0]],
  [2, 2, 'SAME_LOWER', 1, [1, -1]],
  [5, 2, 'SAME_UPPER', 0, [1, 2]],
  [5, 2, 'SAME_LOWER', 0, [2, 1]],
  [5, 3, 'SAME_LOWER', 1, [2, 0]],
  [2, 3, 'SAME_UPPER', 0, [0, 0]],
  [2, 3, 'SAME_LOWER', 1, [0, -1]],
];

/** [kernel, auto_pad, output_shape, crop] for 3 elements and stride 2, likewise. */
const outputLengths: readonly (readonly [number, OnnxPadding['autoPad'], number, Crop])[] = [
  [3, 'SAME_UPPER', 6, [0, 1]],
  [3, 'SAME_LOWER', 6, [1, 0]],
  [3, 'NOTSET', 6, [1, 0]],
  [3, 'SAME_UPPER', 8, [0, -1]],
  [3, 'NOTSET', 5, [1, 1]],
  [3, 'SAME_UPPER', 4, [1, 2]],
  [3, 'NOTSET', 4, [2, 1]],
  [2, 'NOTSET', 7, [0, -1]],
];

/** [kernel, stride, padding, output_padding, crop]: Keras 3.15.1, TensorFlow backend. */
const kerasPaddings: readonly (readonly [number, number, 'same' | 'valid', number | undefined, Crop])[] = [
  [3, 2, 'same', undefined, [0, 1]],
  [4, 2, 'same', undefined, [1, 1]],
  [5, 2, 'same', undefined, [1, 2]],
  [2, 3, 'same', undefined, [0, -1]],
  [3, 2, 'valid', undefined, [0, 0]],
  [2, 3, 'valid', undefined, [0, -1]],
  [3, 2, 'valid', 1, [0, -1]],
];

describe('crops', () => {
  const onnx = { pads: [0, 0] as const, outputPadding: 0 };

  it.each(autoPads)(
    'ONNX kernel %j stride %j %s output_padding %j',
    (kernel, stride, autoPad, outputPadding, crop) => {
      expect(onnxCrop({ kernel, stride, dilation: 1 }, { ...onnx, autoPad, outputPadding })).toEqual(crop);
    },
  );

  it.each(outputLengths)('ONNX kernel %j %s output_shape %j', (kernel, autoPad, outputLength, crop) => {
    expect(onnxCrop({ kernel, stride: 2, dilation: 1 }, { ...onnx, autoPad, outputLength, n: 3 })).toEqual(
      crop,
    );
  });

  it.each(kerasPaddings)(
    'Keras kernel %j stride %j %s output_padding %j',
    (kernel, stride, padding, outputPadding, crop) => {
      expect(kerasCrop({ kernel, stride, dilation: 1 }, padding, outputPadding)).toEqual(crop);
    },
  );

  it('mirrors Keras and PyTorch for kernel 3, stride 2', () => {
    expect([torchCrop(1, 1), kerasCrop({ kernel: 3, stride: 2, dilation: 1 }, 'same')]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

const plain = { stride: [2], dilation: [1], crop: [[0, 0]] as const, groups: 1 };

describe('convTranspose shapes', () => {
  itInfers(convTranspose, [
    [['float32[1, 3, 4]', 'float32[3, 2, 2]'], plain, ['float32[1, 2, 8]']],
    [
      ['float32[n, 4, w]', 'float32[4, 2, 3]', 'float32[4]'],
      { ...plain, groups: 2 },
      ['float32[n, 4, 2*w+1]'],
    ],
    [['float32[n, 3, 0]', 'float32[3, 2, 2]'], plain, ['float32[n, 2, 0]']],
  ]);
});

describe('convTranspose refuses', () => {
  const at = 'net/layer (convTranspose)';
  itRejects(convTranspose, [
    [
      ['float32[1, 3, 4]'],
      plain,
      `PP2001] ${at}: the operand w of convTranspose is missing. Give x, w, bias.`,
    ],
    [['int8[1, 3, 4]', 'int8[3, 2, 2]'], plain, `PP2001] ${at}: x is int8. Cast x to a floating-point type.`],
    [
      ['float32[1, 3, 4]', 'float32[2, 2, 2]'],
      plain,
      `PP2002] ${at}: the number of input channels of w is 2, 3 is needed. Make the two lengths equal.`,
    ],
    [
      ['float32[1, 3, 4]', 'float32[3, 2, 2]'],
      { ...plain, groups: 2 },
      `PP2003] ${at}: groups is 2 for 3 input channels. Use a divisor of the input channels.`,
    ],
    [
      ['float32[1, 3, 4]', 'float32[3, 2, 2]'],
      { ...plain, stride: [-1] },
      `PP2003] ${at}: stride is [-1]. Give integers of at least 1.`,
    ],
    [
      ['float32[1, 3, 2]', 'float32[3, 2, 2]'],
      { ...plain, crop: [[3, 2]] },
      `PP2004] ${at}: a crop of (3, 2) leaves -1 of the 4 outputs of spatial axis 0. Use less padding or a larger kernel.`,
    ],
  ]);
});
