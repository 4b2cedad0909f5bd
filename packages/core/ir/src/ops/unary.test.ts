import { describe, expect, test } from 'vitest';
import { calc, of, ulps } from './arrays.testing.ts';
import { ops } from './index.ts';
import { apply, itInfers, itRejects } from './ops.testing.ts';
import type * as unary from './unary.ts';

type Name = Exclude<keyof typeof unary, 'isInf'>;
type Row = readonly [name: Name, expected: readonly number[]];

const elements = (name: Name, x: readonly number[]): number[] => [...apply(ops[name], [of(x)], {})[0]!.data];

/** Values by numpy 2.4.6 in float64; erf by Python's math module. */
const tables: readonly { readonly x: readonly number[]; readonly rows: readonly Row[] }[] = [
  {
    x: [-40, -2.5, -1, -0.25, 0, 0.25, 1, 2.5, 40],
    rows: [
      ['relu', [0, 0, 0, 0, 0, 0.25, 1, 2.5, 40]],
      [
        'sigmoid',
        [
          4.248354255291589e-18, 0.07585818002124356, 0.2689414213699951, 0.4378234991142019, 0.5,
          0.5621765008857981, 0.7310585786300049, 0.9241418199787566, 1,
        ],
      ],
      [
        'tanh',
        [
          -1, -0.9866142981514303, -0.7615941559557649, -0.24491866240370913, 0, 0.24491866240370913,
          0.7615941559557649, 0.9866142981514303, 1,
        ],
      ],
      [
        'softplus',
        [
          4.248354255291589e-18,
          0.07888973429254963,
          0.31326168751822286,
          0.5759394198788436,
          Math.LN2,
          0.8259394198788436,
          1.3132616875182228,
          2.5788897342925496,
          40,
        ],
      ],
      [
        'softsign',
        [
          -0.975609756097561, -0.7142857142857143, -0.5, -0.2, 0, 0.2, 0.5, 0.7142857142857143,
          0.975609756097561,
        ],
      ],
      [
        'mish',
        [
          -1.6993417021166355e-16, -0.19681620390653332, -0.30340146137410895, -0.129926963679141, 0,
          0.1695724096638176, 0.8650983882673103, 2.471392304557881, 40,
        ],
      ],
      [
        'hardSwish',
        [
          0, -0.2083333333333333, -0.33333333333333337, -0.11458333333333333, 0, 0.13541666666666666,
          0.6666666666666666, 2.291666666666667, 40,
        ],
      ],
      [
        'exp',
        [
          4.248354255291589e-18,
          0.0820849986238988,
          0.36787944117144233,
          0.7788007830714049,
          1,
          1.2840254166877414,
          Math.E,
          12.182493960703473,
          2.3538526683701997e17,
        ],
      ],
      [
        'erf',
        [
          -1, -0.999593047982555, -0.8427007929497149, -0.2763263901682369, 0, 0.2763263901682369,
          0.8427007929497149, 0.999593047982555, 1,
        ],
      ],
      [
        'sin',
        [
          -0.7451131604793488, -0.5984721441039565, -0.8414709848078965, -0.24740395925452294, 0,
          0.24740395925452294, 0.8414709848078965, 0.5984721441039565, 0.7451131604793488,
        ],
      ],
      [
        'cos',
        [
          -0.6669380616522619, -0.8011436155469337, 0.5403023058681398, 0.9689124217106447, 1,
          0.9689124217106447, 0.5403023058681398, -0.8011436155469337, -0.6669380616522619,
        ],
      ],
      [
        'tan',
        [
          1.117214930923896, 0.7470222972386603, -1.5574077246549023, -0.25534192122103627, 0,
          0.25534192122103627, 1.5574077246549023, -0.7470222972386603, -1.117214930923896,
        ],
      ],
      [
        'atan',
        [
          -1.5458015331759765, -1.1902899496825317, -0.7853981633974483, -0.24497866312686414, 0,
          0.24497866312686414, 0.7853981633974483, 1.1902899496825317, 1.5458015331759765,
        ],
      ],
      [
        'sinh',
        [
          -1.1769263341851e17, -6.0502044810397875, -1.1752011936438014, -0.2526123168081683, 0,
          0.2526123168081683, 1.1752011936438014, 6.0502044810397875, 1.1769263341851e17,
        ],
      ],
      [
        'cosh',
        [
          1.1769263341851e17, 6.132289479663686, 1.5430806348152437, 1.0314130998795732, 1,
          1.0314130998795732, 1.5430806348152437, 6.132289479663686, 1.1769263341851e17,
        ],
      ],
      [
        'asinh',
        [
          -4.382182848065498, -1.6472311463710958, -0.881373587019543, -0.24746646154726346, 0,
          0.24746646154726346, 0.881373587019543, 1.6472311463710958, 4.382182848065498,
        ],
      ],
      ['neg', [40, 2.5, 1, 0.25, 0, -0.25, -1, -2.5, -40]],
      ['abs', [40, 2.5, 1, 0.25, 0, 0.25, 1, 2.5, 40]],
      ['sign', [-1, -1, -1, -1, 0, 1, 1, 1, 1]],
      ['floor', [-40, -3, -1, -1, 0, 0, 1, 2, 40]],
      ['ceil', [-40, -2, -1, 0, 0, 1, 1, 3, 40]],
    ],
  },
  {
    x: [-0.9, -0.25, 0, 0.5, 0.99],
    rows: [
      ['asin', [-1.1197695149986342, -0.25268025514207865, 0, 0.5235987755982989, 1.4292568534704693]],
      [
        'acos',
        [2.6905658417935308, 1.8234765819369754, 1.5707963267948966, 1.0471975511965976, 0.1415394733244273],
      ],
      ['atanh', [-1.4722194895832204, -0.25541281188299536, 0, 0.5493061443340549, 2.6466524123622457]],
    ],
  },
  {
    x: [0.01, 0.25, 1, 2.5, 1e10],
    rows: [
      ['log', [-4.605170185988091, -1.3862943611198906, 0, 0.9162907318741551, 23.025850929940457]],
      ['sqrt', [0.1, 0.5, 1, 1.5811388300841898, 100000]],
      ['reciprocal', [100, 4, 1, 0.4, 1e-10]],
    ],
  },
  { x: [1, 1.5, 10, 1e8], rows: [['acosh', [0, 0.9624236501192069, 2.993222846126381, 19.11382792451231]]] },
  { x: [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4, -2.6], rows: [['round', [-2, -2, 0, 0, 2, 2, 2, -3]]] },
];

describe.each(tables)('at $x', ({ x, rows }) => {
  test.each(rows)('%s', (name, expected) => {
    const actual = elements(name, x);
    expect(actual).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(ulps(actual[i]!, value)).toBeLessThanOrEqual(8);
  });
});

/** By numpy 2.4.6 and, where it has the function, onnxruntime 1.30. */
test.each<Row>([
  ['relu', [Number.NaN, Infinity, 0]],
  ['sigmoid', [Number.NaN, 1, 0]],
  ['tanh', [Number.NaN, 1, -1]],
  ['softplus', [Number.NaN, Infinity, 0]],
  ['softsign', [Number.NaN, Number.NaN, Number.NaN]],
  ['mish', [Number.NaN, Infinity, Number.NaN]],
  ['hardSwish', [Number.NaN, Infinity, Number.NaN]],
  ['exp', [Number.NaN, Infinity, 0]],
  ['erf', [Number.NaN, 1, -1]],
  ['sin', [Number.NaN, Number.NaN, Number.NaN]],
  ['cos', [Number.NaN, Number.NaN, Number.NaN]],
  ['tan', [Number.NaN, Number.NaN, Number.NaN]],
  ['atan', [Number.NaN, 1.5707963267948966, -1.5707963267948966]],
  ['sinh', [Number.NaN, Infinity, -Infinity]],
  ['cosh', [Number.NaN, Infinity, Infinity]],
  ['asinh', [Number.NaN, Infinity, -Infinity]],
  ['neg', [Number.NaN, -Infinity, Infinity]],
  ['abs', [Number.NaN, Infinity, Infinity]],
  ['sign', [Number.NaN, 1, -1]],
  ['floor', [Number.NaN, Infinity, -Infinity]],
  ['ceil', [Number.NaN, Infinity, -Infinity]],
])('%s of NaN, +infinity and -infinity', (name, expected) => {
  expect(elements(name, [Number.NaN, Infinity, -Infinity]).map((value) => value + 0)).toEqual(expected);
});

/** What exp alone would lose: by Python's math.log1p, exp and tanh. */
test.each<readonly [Name, number, number]>([
  ['softplus', 1000, 1000],
  ['softplus', -36, 2.319522830243569e-16],
  ['mish', -36, -8.350282188876848e-15],
  ['mish', 1000, 1000],
  ['sigmoid', -800, 0],
])('%s of %d', (name, x, expected) => {
  expect(ulps(elements(name, [x])[0]!, expected)).toBeLessThanOrEqual(8);
});

describe('integers and bool', () => {
  test.each<readonly [Name, Parameters<typeof of>, readonly number[]]>([
    ['bitNot', [[200, 255, 3, 129], 'uint8'], [55, 0, 252, 126]],
    ['bitNot', [[-128, -1, 5, 127], 'int8'], [127, 0, -6, -128]],
    ['abs', [[-128, -5, 7], 'int8'], [-128, 5, 7]],
    ['neg', [[-128, 5], 'int8'], [-128, -5]],
    ['sign', [[-9, 0, 4], 'int64'], [-1, 0, 1]],
    ['relu', [[-9, 0, 4], 'int32'], [0, 0, 4]],
    ['not', [[0, 1], 'bool'], [1, 0]],
    ['identity', [[0, 1], 'bool'], [0, 1]],
  ])('%s of %j, as numpy', (name, x, expected) => {
    expect(calc(ops[name], [of(...x)])).toEqual(expected);
  });
});

describe('isNaN and isInf give bool', () => {
  const x = of([Number.NaN, Infinity, -Infinity, 1]);
  test.each([
    ['isNaN', apply(ops.isNaN, [x], {}), [1, 0, 0, 0]],
    ['isInf', apply(ops.isInf, [x], {}), [0, 1, 1, 0]],
    ['isInf, positive only', apply(ops.isInf, [x], { negative: false }), [0, 1, 0, 0]],
    ['isInf, negative only', apply(ops.isInf, [x], { positive: false }), [0, 0, 1, 0]],
  ])('%s', (_, [y], expected) => {
    expect(y!.dtype).toBe('bool');
    expect([...y!.data]).toEqual(expected);
  });
});

describe('the type of the operand', () => {
  itRejects(ops.sigmoid, [
    [['int32[2]'], {}, 'PP2001] net/layer (sigmoid): x is int32. Cast x to a floating-point type.'],
  ]);
  itRejects(ops.abs, [[['bool[2]'], {}, 'PP2001] net/layer (abs): x is bool. Cast x to a type of numbers.']]);
  itRejects(ops.not, [[['uint8[2]'], {}, 'PP2001] net/layer (not): x is uint8. Cast x to bool.']]);
  itRejects(ops.bitNot, [
    [['float32[2]'], {}, 'PP2001] net/layer (bitNot): x is float32. Cast x to an integer type.'],
  ]);
  itInfers(ops.tanh, [[['float16[batch, 3]'], {}, ['float16[batch, 3]']]]);
  itInfers(ops.isNaN, [[['float16[batch, 3]'], {}, ['bool[batch, 3]']]]);
});
