import { type DType, tensor } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { compare, onnxTolerance } from './compare.ts';

type Row = readonly [
  name: string,
  dtype: DType,
  expected: readonly number[],
  actual: readonly number[],
  bad: string | undefined,
];

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

const rows: readonly Row[] = [
  ['equal', 'float32', [1, 2], [1, 2], undefined],
  ['within the relative tolerance', 'float64', [1000], [1001], undefined],
  ['beyond it', 'float64', [1000], [1001.1], '[0] is 1001.1, expected 1000'],
  ['within the absolute tolerance', 'float64', [0], [1e-7], undefined],
  ['beyond it, the second element', 'float64', [0, 0], [0, 2e-7], '[1] is 2e-7, expected 0'],
  ['float16 bits are numbers', 'float16', [1000], [1001], undefined],
  ['NaN equals NaN', 'float32', [nan], [nan], undefined],
  ['a number for NaN', 'float32', [nan], [1], '[0] is 1, expected NaN'],
  ['NaN for a number', 'float32', [1], [nan], '[0] is NaN, expected 1'],
  ['infinities are equal', 'float32', [inf, -inf], [inf, -inf], undefined],
  ['infinities have a sign', 'float32', [inf], [-inf], '[0] is -Infinity, expected Infinity'],
  ['a huge number is no infinity', 'float64', [inf], [1e308], '[0] is 1e+308, expected Infinity'],
  ['an infinity is no huge number', 'float64', [1e308], [inf], '[0] is Infinity, expected 1e+308'],
  ['zeros have no sign', 'float32', [0], [-0], undefined],
  ['integers are exact', 'int32', [100000], [100001], '[0] is 100001, expected 100000'],
  ['so are bools', 'bool', [1, 0], [1, 1], '[1] is 1, expected 0'],
];

test.each(rows)('%s', (_, dtype, expected, actual, bad) => {
  const shape = [expected.length];
  const { mismatch } = compare(tensor(expected, shape, dtype), tensor(actual, shape, dtype), onnxTolerance);
  if (bad === undefined) expect(mismatch).toBeUndefined();
  else expect(mismatch).toContain(bad);
});

describe('beyond single elements', () => {
  const expected = tensor([0, 0, 0, 0, 0, 0], [1, 2, 3]);

  test('the first index and how many there are', () => {
    const { mismatch, maxError } = compare(expected, tensor([0, 0, 0, 0, 1, 3], [1, 2, 3]), onnxTolerance);
    expect(mismatch).toMatch(/^\[0, 1, 1\] is 1, expected 0.* \(2 of 6 elements differ, by 3\.00 at most\)$/);
    expect(maxError).toBe(3);
  });

  test('another shape', () => {
    const { mismatch } = compare(expected, tensor([0, 0, 0, 0, 0, 0], [6]), onnxTolerance);
    expect(mismatch).toBe('the shape is [6], expected [1, 2, 3]');
  });

  test('another type', () => {
    const { mismatch } = compare(expected, tensor([0, 0, 0, 0, 0, 0], [1, 2, 3], 'int8'), onnxTolerance);
    expect(mismatch).toBe('the type is int8, expected float32');
  });

  test('64-bit integers beyond 2^53', () => {
    const one = { dtype: 'int64', shape: [], data: BigInt64Array.of(2n ** 60n) } as const;
    const other = { dtype: 'int64', shape: [], data: BigInt64Array.of(2n ** 60n + 1n) } as const;
    expect(compare(one, other, onnxTolerance).mismatch).toContain('[] is 1152921504606846977');
  });
});
