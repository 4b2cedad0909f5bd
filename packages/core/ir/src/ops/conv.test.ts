import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConvAttributes, conv } from './conv.ts';
import { convTranspose, kernelSpan } from './conv-transpose.ts';
import { apply, dense, elementsOf, expectReadsSuffice, itInfers, itRejects, pattern } from './ops.testing.ts';
import type { Pair } from './shared.ts';

interface Row extends Partial<ConvAttributes> {
  readonly title: string;
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly bias?: number;
  readonly shape: readonly number[];
  readonly y: readonly number[];
}

/** x, w and bias are `pattern`s with the seeds 0, 1 and 2; y is what onnxruntime 1.30.0 computes of them. */
const rows: readonly Row[] = [
  { title: 'one axis', x: [1, 1, 5], w: [1, 1, 3], shape: [1, 1, 3], y: [18, -9, 30] },
  {
    title: 'padding of unequal sides',
    x: [1, 1, 4],
    w: [1, 1, 3],
    pads: [[2, 1]],
    shape: [1, 1, 5],
    y: [-5, -23, 18, -9, 29],
  },
  {
    title: 'stride 2 over a padded plane',
    x: [1, 1, 4, 5],
    w: [1, 1, 3, 3],
    stride: [2, 2],
    pads: [
      [1, 1],
      [1, 1],
    ],
    shape: [1, 1, 2, 3],
    y: [-33, -26, 14, -9, 35, 37],
  },
  {
    title: 'stride, dilation and pads differ by axis',
    x: [1, 1, 4, 4],
    w: [1, 1, 2, 3],
    stride: [1, 2],
    dilation: [2, 1],
    pads: [
      [1, 0],
      [0, 2],
    ],
    shape: [1, 1, 3, 2],
    y: [-15, -12, 42, 12, -27, -19],
  },
  {
    title: 'channels, batch and bias',
    x: [2, 2, 2, 2],
    w: [2, 2, 2, 1],
    bias: 2,
    shape: [2, 2, 1, 2],
    y: [-10, 19, -15, 17, -9, -35, -12, 20],
  },
  {
    title: 'kernel 1 is a matrix product',
    x: [1, 2, 2, 2],
    w: [3, 2, 1, 1],
    shape: [1, 3, 2, 2],
    y: [15, -19, 24, -10, -8, 11, -14, 5, -20, 8, -8, 20],
  },
  { title: 'two groups', x: [1, 4, 3], w: [2, 2, 2], groups: 2, shape: [1, 2, 2], y: [22, -4, 1, -11] },
  {
    title: 'depthwise, two outputs a channel',
    x: [1, 2, 3],
    w: [4, 1, 2],
    groups: 2,
    shape: [1, 4, 2],
    y: [20, -14, -11, 8, 20, 4, -17, -13],
  },
  {
    title: 'three axes',
    x: [1, 1, 3, 2, 3],
    w: [1, 1, 2, 2, 2],
    stride: [1, 1, 2],
    pads: [
      [0, 0],
      [0, 0],
      [1, 0],
    ],
    shape: [1, 1, 2, 1, 2],
    y: [-31, -15, 14, 10],
  },
  // onnxruntime has no negative pads: computed of x[:, :, 1:5].
  {
    title: 'a negative padding crops',
    x: [1, 1, 6],
    w: [1, 1, 2],
    pads: [[-1, -1]],
    shape: [1, 1, 3],
    y: [-14, 29, -5],
  },
];

function attributesOf({ x, stride, dilation, pads, groups = 1 }: Row): ConvAttributes {
  const each = <T>(value: T): T[] => x.slice(2).map(() => value);
  return {
    stride: stride ?? each(1),
    dilation: dilation ?? each(1),
    pads: pads ?? each<Pair>([0, 0]),
    groups,
  };
}

const operandsOf = ({ x, w, bias }: Row) => [
  pattern(x),
  pattern(w, 1),
  bias === undefined ? undefined : pattern([bias], 2),
];

describe('conv', () => {
  it.each(rows)('$title', (row) => {
    const [y] = apply(conv, operandsOf(row), attributesOf(row));
    expect({ shape: y!.shape, y: [...y!.data] }).toEqual({ shape: row.shape, y: row.y });
  });

  it.each(rows)('reads no more than it says: $title', (row) => {
    expectReadsSuffice(conv, operandsOf(row), attributesOf(row));
  });

  it('sums a product for each input channel of the group and tap, and the bias', () => {
    const [x, w] = ['x', 'w'].map((name) => ({
      name,
      type: { dtype: 'float32' as const, shape: [8, 4, 3, 5] },
    }));
    expect(
      conv.terms([x, w], {
        stride: [1, 1],
        dilation: [1, 1],
        pads: [
          [0, 0],
          [0, 0],
        ],
        groups: 2,
      }),
    ).toBe(4 * 3 * 5 + 1);
  });

  it('lets NaN through and padding not touch infinity', () => {
    const x = dense([1, 1, 3], [Number.POSITIVE_INFINITY, 1, Number.NaN]);
    const w = dense([1, 1, 2], [1, 1]);
    const attributes = { stride: [1], dilation: [1], pads: [[1, 0]] as const, groups: 1 };
    expect(elementsOf(conv, [x, w], attributes)).toEqual([
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
  });
});

const plain = {
  stride: [1, 1],
  dilation: [1, 1],
  pads: [
    [0, 0],
    [0, 0],
  ] as const,
  groups: 1,
};

describe('conv shapes', () => {
  itInfers(conv, [
    [['float32[1, 3, 8, 9]', 'float32[4, 3, 3, 3]'], plain, ['float32[1, 4, 6, 7]']],
    [['float16[n, 3, h, w]', 'float16[4, 3, 3, 3]', 'float16[4]'], plain, ['float16[n, 4, h-2, w-2]']],
    [
      ['float32[n, 6, h, w]', 'float32[4, 3, 3, 3]'],
      {
        ...plain,
        stride: [2, 2],
        pads: [
          [1, 1],
          [1, 1],
        ],
        groups: 2,
      },
      ['float32[n, 4, floor((h+1)/2), floor((w+1)/2)]'],
    ],
    [['float32[0, 3, 3, 3]', 'float32[4, 3, 3, 3]'], plain, ['float32[0, 4, 1, 1]']],
  ]);
});

describe('conv refuses', () => {
  const at = 'net/layer (conv)';
  itRejects(conv, [
    [['float32[1, 1, 3, 3]'], plain, `PP2001] ${at}: the operand w of conv is missing. Give x, w, bias.`],
    [
      ['int32[1, 1, 3, 3]', 'int32[1, 1, 1, 1]'],
      plain,
      `PP2001] ${at}: x is int32. Cast x to a floating-point type.`,
    ],
    [
      ['float32[1, 1, 3, 3]', 'float16[1, 1, 1, 1]'],
      plain,
      `PP2001] ${at}: the operands are float32, float16. Cast them to one type.`,
    ],
    [
      ['float32[3, 3]', 'float32[1, 1, 1]'],
      plain,
      `PP2002] ${at}: x has rank 2 [3, 3], rank 3 to 5 is needed. Reshape x.`,
    ],
    [
      ['float32[1, 1, 3, 3]', 'float32[1, 1, 3]'],
      plain,
      `PP2002] ${at}: w has rank 3 [1, 1, 3], rank 4 is needed. Reshape w.`,
    ],
    [
      ['float32[1, 3, 3, 3]', 'float32[4, 2, 1, 1]'],
      plain,
      `PP2002] ${at}: the number of input channels of x is 3, 2 is needed. Make the two lengths equal.`,
    ],
    [
      ['float32[1, 4, 3, 3]', 'float32[3, 2, 1, 1]'],
      { ...plain, groups: 2 },
      `PP2003] ${at}: groups is 2 for 3 output channels. Use a divisor of the output channels.`,
    ],
    [
      ['float32[1, 1, 3, 3]', 'float32[4, 1, 1, 1]', 'float32[3]'],
      plain,
      `PP2002] ${at}: the length of bias is 3, 4 is needed. Make the two lengths equal.`,
    ],
    [
      ['float32[1, 1, 3, 3]', 'float32[1, 1, 1, 1]'],
      { ...plain, stride: [0, 1] },
      `PP2003] ${at}: stride is [0, 1]. Give integers of at least 1.`,
    ],
    [
      ['float32[1, 1, 3, 3]', 'float32[1, 1, 1, 1]'],
      { ...plain, dilation: [1] },
      `PP2003] ${at}: dilation has 1 values [1] for 2 spatial axes. Give dilation 2 values.`,
    ],
    [
      ['float32[1, 1, 3, 3]', 'float32[1, 1, 1, 1]'],
      {},
      `PP2003] ${at}: stride is missing. Give stride 2 values.`,
    ],
    [
      ['float32[1, 1, 3, 3]', 'float32[1, 1, 1, 1]'],
      { ...plain, pads: [[0, 0]] },
      `PP2003] ${at}: pads has 1 pairs for 2 spatial axes. Give pads 2 pairs of begin and end.`,
    ],
    [
      ['float32[1, 1, 3, 3]', 'float32[1, 1, 1, 1]'],
      {
        ...plain,
        pads: [
          [0, 0.5],
          [0, 0],
        ],
      },
      `PP2003] ${at}: pads is [[0,0.5],[0,0]]. Give pairs of integers: begin and end.`,
    ],
    [
      ['float32[1, 1, 8, 3]', 'float32[1, 1, 1, 3]'],
      {
        ...plain,
        dilation: [1, 2],
        pads: [
          [0, 0],
          [1, 0],
        ],
      },
      `PP2004] ${at}: the kernel spans 5 elements (3 taps, dilation 2), spatial axis 1 has 3 with a padding of (1, 0). ` +
        'Use more padding, a shorter kernel or a larger input.',
    ],
    [
      ['float32[1, 1, 3, 3]', 'float32[k, 1, 1, 1]'],
      plain,
      `PP2005] ${at}: a size is still open in [k, 1, 1, 1]. Give the sizes of the inputs.`,
    ],
  ]);
});

const integers = (size: number) =>
  fc.array(fc.integer({ min: -8, max: 8 }), { minLength: size, maxLength: size });

/** A convolution over one axis that has at least one output, as [attributes, n, kernel, channels of a group]. */
const geometry = fc
  .record({
    n: fc.integer({ min: 1, max: 7 }),
    kernel: fc.integer({ min: 1, max: 4 }),
    stride: fc.integer({ min: 1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 3 }),
    begin: fc.integer({ min: -1, max: 3 }),
    end: fc.integer({ min: -1, max: 3 }),
    groups: fc.integer({ min: 1, max: 2 }),
    inPerGroup: fc.integer({ min: 1, max: 2 }),
    outPerGroup: fc.integer({ min: 1, max: 2 }),
  })
  .filter(({ n, kernel, dilation, begin, end }) => n + begin + end >= kernelSpan(kernel, dilation));

type Geometry = typeof geometry extends fc.Arbitrary<infer G> ? G : never;

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe('conv laws', () => {
  const cases = geometry.chain((g) => {
    const inputs = g.groups * g.inPerGroup * g.n;
    const weights = g.groups * g.outPerGroup * g.inPerGroup * g.kernel;
    return fc.tuple(fc.constant(g), integers(inputs), integers(inputs), integers(weights));
  });
  const run = (g: Geometry, x: number[], w: number[]) => {
    const attributes = {
      stride: [g.stride],
      dilation: [g.dilation],
      pads: [[g.begin, g.end]] as const,
      groups: g.groups,
    };
    const input = dense([1, g.groups * g.inPerGroup, g.n], x);
    return apply(conv, [input, dense([g.groups * g.outPerGroup, g.inPerGroup, g.kernel], w)], attributes)[0]!;
  };

  it('is linear in x', () => {
    fc.assert(
      fc.property(cases, ([g, x1, x2, w]) => {
        const mixed = run(
          g,
          x1.map((value, i) => 2 * value - 3 * x2[i]!),
          w,
        );
        const [y1, y2] = [run(g, x1, w), run(g, x2, w)];
        expect([...mixed.data]).toEqual([...y1.data].map((value, i) => 2 * value - 3 * y2.data[i]! + 0));
      }),
    );
  });

  it('has convTranspose as its adjoint: <conv(x), v> = <x, convTranspose(v)>', () => {
    fc.assert(
      fc.property(cases, ([g, x, , w]) => {
        const y = run(g, x, w);
        const v = pattern(y.shape, 1);
        const span = kernelSpan(g.kernel, g.dilation);
        const natural = g.stride * (y.shape[2]! - 1) + span;
        const back = apply(convTranspose, [v, dense([g.groups * g.outPerGroup, g.inPerGroup, g.kernel], w)], {
          stride: [g.stride],
          dilation: [g.dilation],
          crop: [[g.begin, natural - g.begin - g.n]],
          groups: g.groups,
        })[0]!;
        expect(back.shape[2]).toBe(g.n);
        expect(dot(y.data, v.data)).toBe(dot(Float64Array.from(x), back.data));
      }),
    );
  });
});
