import { ops } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { between, elements, int64, tensorOf, typed, withAt } from './data.ts';
import { rowText } from './row-text.ts';

const drawing = { dtype: 'float32', reals: false, seed: 1 } as const;

describe('operands', () => {
  test('whole numbers whose sums are exact', () => {
    const { data } = tensorOf([20, 20], drawing);
    expect([...(data as Float32Array)].every((x) => Number.isInteger(x) && Math.abs(x) <= 5)).toBe(true);
    expect(new Set(data as Float32Array).size).toBe(11);
  });

  test('the same every time, other ones for another seed', () => {
    expect(tensorOf([9], drawing)).toEqual(tensorOf([9], drawing));
    expect(tensorOf([9], drawing)).not.toEqual(tensorOf([9], { ...drawing, seed: 2 }));
  });

  test('reals fill the significand', () => {
    const { data } = tensorOf([50], { ...drawing, reals: true });
    const fine = [...(data as Float32Array)].filter((x) => (x * 2 ** 16) % 1 !== 0);
    expect(fine.length).toBeGreaterThan(40);
  });

  test.each([
    ['written out', elements([1, 2, 3]), [1, 2, 3]],
    ['in a type of their own', int64([-1, 4]), [-1n, 4n]],
    ['of another type', typed('uint8', elements([300, 2])), [44, 2]],
    ['of an interval', between(7, 7, [3]), [7, 7, 7]],
  ])('%s', (_, spec, expected) => {
    expect([...tensorOf(spec, drawing).data]).toEqual(expected);
  });

  test('single elements in place of drawn ones', () => {
    const [plain, salted] = [tensorOf([4], drawing), tensorOf(withAt({ 2: Number.NaN }, [4]), drawing)];
    expect([...salted.data]).toEqual([...plain.data].toSpliced(2, 1, Number.NaN));
  });
});

test.each([
  [ops.relu, { x: [2, 3] }, "'a': { x: [2, 3] },"],
  [
    ops.convTranspose,
    { x: [1, 2, 3], w: { shape: [2, 1, 2] }, stride: [2], crop: [[0, -1]], reals: true, bias: undefined },
    "'a': { x: [1, 2, 3], w: [2, 1, 2], stride: [2], crop: [[0, -1]], reals: true },",
  ],
  [
    ops.gather,
    { x: [4], indices: int64([-1, 0]), axis: 0 },
    "'a': { x: [4], indices: { shape: [2], elements: [-1, 0], dtype: 'int64' }, axis: 0 },",
  ],
  [ops.concat, { xs: [[1, 2], [3]], axis: 0 }, "'a': { xs: [[1, 2], [3]], axis: 0 },"],
  [ops.depthToSpace, { x: [1], mode: "D'R" }, "'a': { x: [1], mode: 'D\\'R' },"],
])('a row as it stands in a suite: %#', (op, row, text) => {
  expect(rowText('a', op, row)).toBe(text);
});
