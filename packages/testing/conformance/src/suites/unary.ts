import { type Op, ops } from '@polyphase/ir';
import { casesOf, type Suite, type SuiteRow } from '../cases.ts';
import { between, elements } from '../data.ts';
import { allWidths } from './shared.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** Signed zeros, infinities, NaN, the smallest and the largest numbers. */
const edges = elements([
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  infinity,
  -infinity,
  nan,
  2 ** -126,
  -(2 ** -126),
  2 ** -149,
  3e38,
  -3e38,
  1e-20,
  16777216,
]);

/** Where each function is worth a look: an interval that shows its shape. */
const functions = {
  relu: [-3, 3],
  sigmoid: [-12, 12],
  tanh: [-5, 5],
  softplus: [-20, 20],
  softsign: [-9, 9],
  mish: [-12, 12],
  hardSwish: [-5, 5],
  exp: [-20, 20],
  log: [0.01, 30],
  sqrt: [0, 30],
  reciprocal: [0.2, 9],
  erf: [-4, 4],
  sin: [-9, 9],
  cos: [-9, 9],
  tan: [-1.5, 1.5],
  asin: [-1, 1],
  acos: [-1, 1],
  atan: [-9, 9],
  sinh: [-6, 6],
  cosh: [-6, 6],
  asinh: [-30, 30],
  acosh: [1, 30],
  atanh: [-0.99, 0.99],
  identity: [-3, 3],
  neg: [-3, 3],
  abs: [-3, 3],
  sign: [-3, 3],
  floor: [-3, 3],
  ceil: [-3, 3],
  round: [-3, 3],
  leakyRelu: [-3, 3],
  elu: [-5, 3],
  celu: [-5, 3],
  selu: [-5, 3],
  hardSigmoid: [-4, 4],
  thresholdedRelu: [-2, 4],
  shrink: [-2, 2],
  gelu: [-6, 6],
  swish: [-12, 12],
} as const satisfies Partial<Record<keyof typeof ops, readonly [number, number]>>;

const shapes: readonly SuiteRow[] = Object.entries(functions).flatMap(([name, [least, greatest]]) =>
  casesOf(ops[name as keyof typeof functions] as unknown as Op<'x', object>, {
    'its shape': { x: between(least, greatest, [3, 37]) },
    'its edges': { x: edges },
    float16: { x: between(Math.max(least, -4), Math.min(greatest, 4), [2, 9]), dtype: 'float16' },
    float64: { x: between(least, greatest, [2, 9]), dtype: 'float64' },
  }),
);

const { relu, abs, neg, sign, round, floor, ceil, identity, not, bitNot, isNaN: isNotANumber, isInf } = ops;

const integers: readonly SuiteRow[] = [relu, abs, neg, sign, round, floor, ceil, identity].flatMap((op) =>
  casesOf(op as Op<'x', object>, {
    int32: { x: [2, 9], dtype: 'int32' },
    int64: { x: [2, 5], dtype: 'int64' },
    'int8, its ends': { x: elements([-128, 127, 0, -1]), dtype: 'int8' },
    'int32, its ends': { x: elements([-(2 ** 31), 2 ** 31 - 1, 0, -1]), dtype: 'int32' },
  }),
);

const special = [
  ...casesOf(relu, {
    'a scalar': { x: [] },
    'an empty tensor': { x: [2, 0, 3] },
    'rank 6': { x: [1, 2, 1, 3, 2, 2] },
    ...allWidths('', (width) => ({ x: [1, 3, width] })),
  }),
  ...casesOf(
    ops.sigmoid,
    allWidths('', (width) => ({ x: [width] })),
  ),
  ...casesOf(round, {
    'ties go to even': { x: elements([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 0.49999997, 8388609, -8388609]) },
  }),
  ...casesOf(not, { '': { x: [2, 5], dtype: 'bool' } }),
  ...casesOf(bitNot, {
    int32: { x: [2, 5], dtype: 'int32' },
    uint8: { x: [2, 5], dtype: 'uint8' },
    int64: { x: [2, 5], dtype: 'int64' },
  }),
  ...casesOf(isNotANumber, { 'its edges': { x: edges } }),
  ...casesOf(isInf, {
    both: { x: edges },
    'the positive one': { x: edges, negative: false },
    'the negative one': { x: edges, positive: false },
  }),
  ...casesOf(ops.leakyRelu, {
    'a steep slope': { x: [2, 9], alpha: 3 },
    'a slope of 0': { x: [2, 9], alpha: 0 },
    'a slope below 0': { x: [2, 9], alpha: -1 },
  }),
  ...casesOf(ops.elu, { 'another alpha': { x: [2, 9], alpha: 2.5 } }),
  ...casesOf(ops.celu, {
    'another alpha': { x: [2, 9], alpha: 2.5 },
    'an alpha below 0': { x: between(-3, 3, [2, 9]), alpha: -1.5 },
  }),
  ...casesOf(ops.selu, { 'another alpha and gamma': { x: [2, 9], alpha: 0.5, gamma: 3 } }),
  ...casesOf(ops.hardSigmoid, { 'another slope': { x: [2, 9], alpha: 0.5, beta: 0.25 } }),
  ...casesOf(ops.thresholdedRelu, { 'a threshold that elements hit': { x: [2, 9], alpha: 3 } }),
  ...casesOf(ops.shrink, {
    'soft: a bias of the threshold': { x: [2, 9], bias: 1.5, lambd: 1.5 },
    int32: { x: [2, 9], bias: 1, lambd: 2, dtype: 'int32' },
  }),
  ...casesOf(ops.gelu, {
    'tanh, its shape': { x: between(-6, 6, [3, 37]), approximate: 'tanh' },
    'tanh, its edges': { x: edges, approximate: 'tanh' },
    'the tail below 0': { x: between(-10, -4, [2, 19]) },
  }),
  ...casesOf(ops.swish, { 'another alpha': { x: between(-9, 9, [2, 9]), alpha: 1.702 } }),
  ...casesOf(ops.sin, { 'a large argument': { x: between(-1000, 1000, [2, 17]) } }),
  ...casesOf(ops.exp, { 'up to the largest result': { x: between(-100, 88, [3, 17]) } }),
  ...casesOf(ops.log, {
    'denormals and the largest': { x: elements([2 ** -140, 2 ** -127, 2 ** -126, 3e38, 1 + 2 ** -23]) },
  }),
  ...casesOf(ops.softplus, { 'where exp would overflow': { x: between(80, 200, [9]) } }),
  ...casesOf(ops.mish, { 'where exp would overflow': { x: between(40, 200, [9]) } }),
];

export const unarySuite: Suite = { name: 'unary', rows: [...shapes, ...integers, ...special] };
