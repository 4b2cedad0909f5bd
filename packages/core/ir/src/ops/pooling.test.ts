import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conv } from './conv.ts';
import {
  apply,
  dense,
  elementsOf,
  expectReadsSuffice,
  itInfers,
  itRejects,
  pattern,
  sevenDigits,
} from './ops.testing.ts';
import { averagePool, lpPool, maxPool } from './pooling.ts';
import type { Pair } from './shared.ts';

interface Given {
  readonly title: string;
  readonly x: readonly number[];
  readonly kernel: readonly number[];
  readonly stride?: readonly number[];
  readonly dilation?: readonly number[];
  readonly pads?: readonly Pair[];
  readonly ceil?: boolean;
  readonly y: readonly number[];
}

function windowOf({ kernel, stride, dilation, pads, ceil = false }: Given) {
  const each = <T>(value: T): T[] => kernel.map(() => value);
  return {
    kernel,
    stride: stride ?? each(1),
    dilation: dilation ?? each(1),
    pads: pads ?? each<Pair>([0, 0]),
    ceil,
  };
}

interface MaxRow extends Given {
  readonly indices: readonly number[];
  readonly storageOrder?: 0 | 1;
}

/** x is `pattern` with seed 0; values and indices are what onnxruntime 1.30.0 computes of it. */
const maxRows: readonly MaxRow[] = [
  {
    title: 'stride 2',
    x: [1, 2, 4, 4],
    kernel: [2, 2],
    stride: [2, 2],
    y: [2, 5, 3, 5, 4, 2, 5, 3],
    indices: [1, 3, 9, 14, 17, 23, 25, 31],
  },
  {
    title: 'pads',
    x: [1, 1, 3, 3],
    kernel: [2, 2],
    pads: [
      [1, 0],
      [1, 0],
    ],
    y: [-5, 2, 2, 5, 5, 2, 5, 5, 1],
    indices: [0, 1, 1, 3, 3, 1, 3, 3, 4],
  },
  { title: 'dilation', x: [1, 1, 5], kernel: [2], dilation: [2], y: [-2, 5, 1], indices: [2, 3, 4] },
  {
    title: 'ceil adds a window',
    x: [1, 1, 4, 6],
    kernel: [3, 3],
    stride: [2, 2],
    ceil: true,
    y: [5, 5, 4, 5, 5, 4],
    indices: [14, 3, 17, 14, 14, 17],
  },
  {
    title: 'ceil adds none that begins in the padding after',
    x: [1, 1, 1, 3],
    kernel: [1, 2],
    stride: [1, 2],
    pads: [
      [0, 0],
      [1, 1],
    ],
    ceil: true,
    y: [-5, 2],
    indices: [0, 1],
  },
  {
    title: 'column-major indices',
    x: [1, 2, 3, 4],
    kernel: [2, 2],
    stride: [1, 2],
    storageOrder: 1,
    y: [2, 5, 3, 4, 4, 5, 4, 2],
    indices: [3, 9, 5, 7, 16, 18, 16, 23],
  },
  {
    title: 'three axes, column-major indices',
    x: [2, 1, 2, 2, 3],
    kernel: [2, 2, 2],
    storageOrder: 1,
    y: [5, 2, 2, 5],
    indices: [2, 4, 12, 20],
  },
];

const maxAttributes = (row: MaxRow) => ({ ...windowOf(row), storageOrder: row.storageOrder ?? 0 });

describe('maxPool', () => {
  it.each(maxRows)('$title', (row) => {
    const [values, indices] = apply(maxPool, [pattern(row.x)], maxAttributes(row));
    expect({ y: [...values!.data], indices: [...indices!.data] }).toEqual({ y: row.y, indices: row.indices });
  });

  it.each(maxRows)('reads no more than it says: $title', (row) => {
    expectReadsSuffice(maxPool, [pattern(row.x)], maxAttributes(row));
  });

  const pairs = windowOf({ title: '', x: [], kernel: [2], y: [] });

  // onnxruntime 1.30.0 has the first two; PyTorch documents the third: NaN counts as the maximum.
  it.each([
    [
      '-infinity is a value',
      [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 1],
      [Number.NEGATIVE_INFINITY, 1],
      [0, 2],
    ],
    ['the first of equal elements', [5, 5, 5], [5, 5], [0, 1]],
    ['NaN', [Number.NaN, 1, Number.NaN], [Number.NaN, Number.NaN], [0, 2]],
  ])('%s', (_, x, y, indices) => {
    const outputs = apply(maxPool, [dense([1, 1, 3], x)], pairs);
    expect(outputs.map(({ data }) => [...data])).toEqual([y, indices]);
  });

  it('gives the least value at -1 where all taps miss the input', () => {
    const outputs = apply(maxPool, [dense([1, 1, 1], [5], 'int8')], {
      ...pairs,
      dilation: [2],
      pads: [[1, 1]],
    });
    expect(outputs.map(({ data }) => [...data])).toEqual([[-128], [-1]]);
  });
});

/** As `maxRows`; the padding counts into the divisor where `countIncludePad` says so. */
const averageRows: readonly (Given & { readonly countIncludePad?: boolean })[] = [
  { title: 'stride 2', x: [1, 1, 4, 4], kernel: [2, 2], stride: [2, 2], y: [-1.25, 1.75, -0.25, 0] },
  {
    title: 'pads',
    x: [1, 1, 2, 3],
    kernel: [2, 2],
    pads: [
      [1, 1],
      [1, 1],
    ],
    y: [-5, -1.5, 0, -2, 0, 0.75, -0.5, -2.5, 5, 3, -1, -3],
  },
  {
    title: 'pads counted',
    x: [1, 1, 2, 3],
    kernel: [2, 2],
    pads: [
      [1, 1],
      [1, 1],
    ],
    countIncludePad: true,
    y: [-1.25, -0.75, 0, -0.5, 0, 0.75, -0.5, -1.25, 1.25, 1.5, -0.5, -0.75],
  },
  {
    title: 'ceil',
    x: [1, 1, 4],
    kernel: [3],
    stride: [2],
    pads: [[1, 1]],
    ceil: true,
    y: [-1.5, 1.666667, 5],
  },
  {
    title: 'ceil, pads counted: not the cells beyond them',
    x: [1, 1, 4],
    kernel: [3],
    stride: [2],
    pads: [[1, 1]],
    ceil: true,
    countIncludePad: true,
    y: [-1, 1.666667, 2.5],
  },
  {
    title: 'dilation',
    x: [1, 1, 2, 6],
    kernel: [1, 2],
    dilation: [1, 3],
    stride: [1, 2],
    y: [0, -2.5, 3.5, -4.5],
  },
  { title: 'three axes', x: [1, 1, 2, 3, 2], kernel: [2, 2, 2], y: [0.375, -0.75] },
];

describe('averagePool', () => {
  const attributesOf = (row: (typeof averageRows)[number]) => ({
    ...windowOf(row),
    countIncludePad: row.countIncludePad ?? false,
  });

  it.each(averageRows)('$title', (row) => {
    expect(sevenDigits(elementsOf(averagePool, [pattern(row.x)], attributesOf(row)))).toEqual(row.y);
  });

  it.each(averageRows)('reads no more than it says: $title', (row) => {
    expectReadsSuffice(averagePool, [pattern(row.x)], attributesOf(row));
  });

  it('times the taps is a convolution with ones where the padding counts', () => {
    const length = fc.integer({ min: 3, max: 8 });
    const few = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(length, few, few, few, fc.nat(2), fc.nat(100), (n, taps, stride, dilation, pad, seed) => {
        const begin = Math.min(pad, (taps - 1) * dilation);
        fc.pre(n + begin >= (taps - 1) * dilation + 1);
        const window = { stride: [stride], dilation: [dilation], pads: [[begin, 0]] as const };
        const x = pattern([1, 1, n], seed);
        const sums = elementsOf(conv, [x, dense([1, 1, taps], Array(taps).fill(1))], {
          ...window,
          groups: 1,
        });
        const means = elementsOf(averagePool, [x], {
          ...window,
          kernel: [taps],
          ceil: false,
          countIncludePad: true,
        });
        expect(means).toEqual(sums.map((sum) => sum / taps));
      }),
    );
  });
});

/** (sum |x|^p)^(1/p) by numpy 2.4.6 in float64, over the windows of onnxruntime's LpPool. */
const lpRows: readonly (Given & { readonly p: number })[] = [
  { title: 'p 2', x: [1, 1, 3, 3], kernel: [2, 2], p: 2, y: [7.416198, 4.242641, 6.480741, 5.09902] },
  { title: 'p 1 with pads', x: [1, 1, 5], kernel: [2], stride: [2], pads: [[1, 0]], p: 1, y: [5, 4, 6] },
  { title: 'p 3', x: [1, 1, 5], kernel: [3], p: 3, y: [5.204828, 5.204828, 5.11723] },
  { title: 'ceil', x: [1, 1, 5], kernel: [2], stride: [2], ceil: true, p: 2, y: [5.385165, 5.385165, 1] },
];

describe('lpPool', () => {
  it.each(lpRows)('$title', (row) => {
    const attributes = { ...windowOf(row), p: row.p };
    expect(sevenDigits(elementsOf(lpPool, [pattern(row.x)], attributes))).toEqual(row.y);
    expectReadsSuffice(lpPool, [pattern(row.x)], attributes);
  });
});

const plain = {
  kernel: [2, 2],
  stride: [2, 2],
  dilation: [1, 1],
  pads: [
    [0, 0],
    [0, 0],
  ] as const,
};

describe('pool shapes', () => {
  itInfers(maxPool, [
    [['uint8[1, 3, 8, 9]'], plain, ['uint8[1, 3, 4, 4]', 'int64[1, 3, 4, 4]']],
    [
      ['float32[n, c, h, w]'],
      { ...plain, ceil: true },
      Array(1)
        .fill('float32[n, c, floor((h+1)/2), floor((w+1)/2)]')
        .concat('int64[n, c, floor((h+1)/2), floor((w+1)/2)]'),
    ],
  ]);
  itInfers(averagePool, [[['float16[n, 3, 2*h, 9]'], { ...plain, ceil: true }, ['float16[n, 3, h, 5]']]]);
  itInfers(lpPool, [[['float64[0, 3, 8, 9]'], plain, ['float64[0, 3, 4, 4]']]]);
});

describe('pools refuse', () => {
  const at = 'net/layer (maxPool)';
  itRejects(maxPool, [
    [[], plain, `PP2001] ${at}: the operand x of maxPool is missing. Give x.`],
    [['bool[1, 1, 3, 3]'], plain, `PP2001] ${at}: x is bool. Cast x to a type of numbers.`],
    [['float32[3, 3]'], plain, `PP2002] ${at}: x has rank 2 [3, 3], rank 3 to 5 is needed. Reshape x.`],
    [
      ['float32[1, 1, 3, 3]'],
      { ...plain, kernel: [2] },
      `PP2003] ${at}: kernel has 1 values [2] for 2 spatial axes. Give kernel 2 values.`,
    ],
    [
      ['float32[1, 1, 3, 3]'],
      { ...plain, kernel: [0, 2] },
      `PP2003] ${at}: kernel is [0, 2]. Give integers of at least 1.`,
    ],
    [
      ['float32[1, 1, 3, 3]'],
      { ...plain, stride: [2, -2] },
      `PP2003] ${at}: stride is [2, -2]. Give integers of at least 1.`,
    ],
    [
      ['float32[1, 1, 3, 3]'],
      {
        ...plain,
        pads: [
          [0, 0],
          [1, 2],
        ],
      },
      `PP2003] ${at}: a padding of (1, 2) leaves windows of spatial axis 1, which span 2, without an input. Use paddings of at most 1.`,
    ],
    [
      ['float32[1, 1, 3, 3]'],
      { ...plain, storageOrder: 2 as unknown as 0 },
      `PP2003] ${at}: storageOrder is 2. Use 0 for row-major or 1 for column-major indices.`,
    ],
    [
      ['float32[1, 1, 1, 3]'],
      plain,
      `PP2004] ${at}: the kernel spans 2 elements (2 taps, dilation 1), spatial axis 0 has 1 with a padding of (0, 0). ` +
        'Use more padding, a shorter kernel or a larger input.',
    ],
  ]);
  itRejects(averagePool, [
    [
      ['int32[1, 1, 3, 3]'],
      plain,
      'PP2001] net/layer (averagePool): x is int32. Cast x to a floating-point type.',
    ],
  ]);
  itRejects(lpPool, [
    [
      ['float32[1, 1, 3, 3]'],
      { ...plain, p: 0 },
      'PP2003] net/layer (lpPool): p is 0. Use a norm of 1 or more.',
    ],
  ]);
});
