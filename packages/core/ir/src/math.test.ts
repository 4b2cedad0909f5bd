import { expect, test } from 'vitest';
import { erf, erfc, roundToEven } from './math.ts';
import { ulps } from './ops/arrays.testing.ts';

/** x, erf(x), erfc(x) by Python 3's math module (the C library). */
const errorFunctions = [
  [-6, -1, 2],
  [-2, -0.9953222650189527, 1.9953222650189528],
  [-0.5, -0.5204998778130465, 1.5204998778130465],
  [-0.46875, -0.49261347321793797, 1.492613473217938],
  [-1e-10, -1.1283791670955126e-10, 1.000000000112838],
  [0, 0, 1],
  [0.3, 0.3286267594591274, 0.6713732405408726],
  [0.47, 0.4937450508860821, 0.5062549491139179],
  [1, 0.8427007929497149, 0.15729920705028513],
  [2.5, 0.999593047982555, 0.0004069520174449589],
  [4, 0.9999999845827421, 1.541725790028002e-8],
  [4.1, 0.9999999932999724, 6.700027654084918e-9],
  [5.9, 0.9999999999999999, 7.190409783550478e-17],
  [10, 1, 2.088487583762545e-45],
  [26, 1, 5.663192408856143e-296],
  [Infinity, 1, 0],
  [-Infinity, -1, 2],
  [Number.NaN, Number.NaN, Number.NaN],
] as const;

test.each(errorFunctions)('erf and erfc of %d', (x, value, complement) => {
  expect(ulps(erf(x), value)).toBeLessThanOrEqual(4);
  expect(ulps(erfc(x), complement)).toBeLessThanOrEqual(8);
});

test.each([
  [-2.5, -2],
  [-1.5, -2],
  [-0.5, -0],
  [-0, -0],
  [0.5, 0],
  [1.5, 2],
  [2.5, 2],
  [2.4, 2],
  [-2.6, -3],
  [2 ** 52 + 1, 2 ** 52 + 1],
  [Infinity, Infinity],
  [Number.NaN, Number.NaN],
])('roundToEven(%d) is %d, as numpy.round', (x, rounded) => {
  expect(roundToEven(x)).toBe(rounded);
});
