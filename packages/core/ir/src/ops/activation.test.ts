import { describe, expect, test } from 'vitest';
import { calc, of, ulps } from './arrays.testing.ts';
import { ops } from './index.ts';
import { elementsOf, itRejects } from './ops.testing.ts';

const points = [-20, -2.5, -1, -0.25, 0, 0.25, 1, 2.5, 20];
const at = of(points);

/** By numpy 2.4.6 in float64, erfc by Python's math module. */
test.each<readonly [title: string, actual: readonly number[], expected: readonly number[]]>([
  [
    'leakyRelu',
    elementsOf(ops.leakyRelu, [at], { alpha: 0.1 }),
    [-2, -0.25, -0.1, -0.025, 0, 0.25, 1, 2.5, 20],
  ],
  [
    'elu',
    elementsOf(ops.elu, [at], { alpha: 2 }),
    [
      -1.9999999958776928, -1.8358300027522023, -1.2642411176571153, -0.44239843385719024, 0, 0.25, 1, 2.5,
      20,
    ],
  ],
  [
    'celu',
    elementsOf(ops.celu, [at], { alpha: 2 }),
    [-1.999909200140475, -1.4269904062796197, -0.7869386805747332, -0.2350061948308092, 0, 0.25, 1, 2.5, 20],
  ],
  [
    'selu',
    elementsOf(ops.selu, [at], {}),
    [
      -1.758099337223664, -1.6137857588732423, -1.1113307378125625, -0.3888901974781189, 0,
      0.2626752468388701, 1.0507009873554805, 2.626752468388701, 21.014019747109607,
    ],
  ],
  ['hardSigmoid', elementsOf(ops.hardSigmoid, [at], {}), [0, 0, 0.3, 0.45, 0.5, 0.55, 0.7, 1, 1]],
  ['thresholdedRelu', elementsOf(ops.thresholdedRelu, [at], {}), [0, 0, 0, 0, 0, 0, 0, 2.5, 20]],
  ['shrink', elementsOf(ops.shrink, [at], { bias: 0.5, lambd: 1 }), [-19.5, -2, 0, 0, 0, 0, 0, 2, 19.5]],
  [
    'gelu',
    elementsOf(ops.gelu, [at], {}),
    [
      -5.507248237212663e-88, -0.015524163314440348, -0.15865525393145707, -0.10032341857926907, 0,
      0.14967658142073093, 0.8413447460685429, 2.4844758366855597, 20,
    ],
  ],
  [
    'gelu by tanh',
    elementsOf(ops.gelu, [at], { approximate: 'tanh' }),
    [
      -3.3754509563111e-261, -0.01508426608999857, -0.15880800939172326, -0.100324649298315, 0,
      0.149675350701685, 0.8411919906082768, 2.484915733910001, 20,
    ],
  ],
  [
    'swish',
    elementsOf(ops.swish, [at], { alpha: 1.5 }),
    [
      -1.87152459376786e-12, -0.05744342477506403, -0.18242552380635632, -0.10183335001148255, 0,
      0.14816664998851742, 0.8175744761936437, 2.442556575224936, 19.99999999999813,
    ],
  ],
])('%s', (_, actual, expected) => {
  for (const [i, value] of expected.entries()) {
    // exp(-2u) at x = -20 multiplies the rounding error of 2u by |2u|, which is 602.
    expect(ulps(actual[i]!, value), `at ${points[i]}`).toBeLessThanOrEqual(points[i] === -20 ? 1204 : 8);
  }
});

describe('NaN, +infinity and -infinity, as onnxruntime 1.30', () => {
  const x = of([Number.NaN, Infinity, -Infinity]);
  test.each([
    ['leakyRelu', calc(ops.leakyRelu, [x]), [Number.NaN, Infinity, -Infinity]],
    ['elu', calc(ops.elu, [x]), [Number.NaN, Infinity, -1]],
    ['celu', calc(ops.celu, [x]), [Number.NaN, Infinity, -1]],
    ['selu', calc(ops.selu, [x]), [Number.NaN, Infinity, -1.7580993408473766]],
    ['hardSigmoid', calc(ops.hardSigmoid, [x]), [Number.NaN, 1, 0]],
    ['thresholdedRelu', calc(ops.thresholdedRelu, [x]), [0, Infinity, 0]],
  ])('%s', (_, actual, expected) => {
    expect(actual).toEqual(expected);
  });
});

itRejects(ops.celu, [
  [
    ['float32[2]'],
    { alpha: 0 },
    'PP2003] net/layer (celu): alpha is 0, and x is divided by it. Use another alpha.',
  ],
]);
itRejects(ops.gelu, [
  [
    ['float32[2]'],
    { approximate: 'erf' as 'tanh' },
    "PP2003] net/layer (gelu): approximate is 'erf'. Use 'none' or 'tanh'.",
  ],
]);
