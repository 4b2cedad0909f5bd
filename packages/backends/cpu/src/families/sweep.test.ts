import fc from 'fast-check';
import { test } from 'vitest';
import { Region } from '../graphs.testing.ts';
import {
  type Case,
  caseOf,
  convCase,
  convolutions,
  dtypes,
  expectExactUpToRounding,
  legal,
  plainPins,
  settingsOf,
  transposedCase,
  upTo,
  weights,
  withTail,
} from './sweep.testing.ts';

const products = fc.record({
  batch: fc.constantFrom([], [2], [3, 2]),
  broadcastA: fc.boolean(),
  broadcastB: fc.boolean(),
  rows: upTo(12),
  inner: upTo(40),
  columns: upTo(40),
  known: fc.boolean(),
  vector: fc.boolean(),
  dtype: dtypes,
  tail: fc.constantFrom('none' as const, 'relu' as const, 'residual' as const, 'column' as const),
});
type Product = typeof products extends fc.Arbitrary<infer T> ? T : never;

function productCase(c: Product): Case {
  const region = new Region();
  const ones = c.batch.map(() => 1);
  const vector = c.vector && c.batch.length === 0;
  const shapeA = vector ? [c.inner] : [...(c.broadcastA ? ones : c.batch), c.rows, c.inner];
  const a = region.input(shapeA, c.dtype);
  const shape = [...(c.broadcastB ? [] : c.batch), c.inner, c.columns];
  const b = c.known ? weights(shape, c.dtype) : region.input(shape, c.dtype);
  return caseOf(region, withTail(region, region.op('matMul', [a, b]), c.tail));
}

const property = <T>(values: fc.Arbitrary<T>, make: (values: T) => Case) =>
  fc.asyncProperty(values, settingsOf(plainPins), (drawn, setting) =>
    expectExactUpToRounding(legal(make, drawn), setting),
  );

const runs = { numRuns: 120, seed: 7 };

test('conv as defined, whatever its attributes', async () => {
  await fc.assert(property(convolutions, convCase), runs);
}, 60_000);

test('convTranspose as defined, whatever its attributes', async () => {
  await fc.assert(property(convolutions, transposedCase), runs);
}, 60_000);

/** Kernels as long as their strides, up to what is interleaved in registers and beyond. */
const apart = convolutions.map((c) => ({
  ...c,
  kernel: c.stride.map((stride, axis) => stride + (axis === c.stride.length - 1 ? 1 : 0)),
  stride: c.stride.map((stride, axis) => stride + (axis === c.stride.length - 1 ? 1 : 0)),
  dilation: c.stride.map(() => 1),
  pads: c.stride.map((): [number, number] => [0, 0]),
}));

test('convTranspose with a kernel as long as its stride', async () => {
  await fc.assert(property(apart, transposedCase), runs);
}, 60_000);

test('matMul as defined, whatever its operands', async () => {
  await fc.assert(property(products, productCase), runs);
}, 60_000);
