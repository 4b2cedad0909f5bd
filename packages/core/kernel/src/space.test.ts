import { expect, test } from 'vitest';
import { add, int, loopVar, variable } from './build.ts';
import { printExpr } from './print.ts';
import { isOwnIndex, Spaces } from './space.ts';

test('a shape has one space, and shapes share the loops of an axis and length', () => {
  const spaces = new Spaces();
  const space = spaces.of([2, 3, 4]);
  expect(spaces.of([2, 3, 4])).toBe(space);
  const other = spaces.of([5, 3, 4]);
  expect(other.loops.map((loop, axis) => loop === space.loops[axis])).toEqual([false, true, true]);
  expect(spaces.of([3]).loops[0]).not.toBe(space.loops[1]);
});

test('the position of a space is made once; others are made where they are asked for', () => {
  const spaces = new Spaces();
  const { index, position } = spaces.of([2, 1, 4]);
  expect(printExpr(position)).toBe('i0 * 4 + i2');
  expect(spaces.flatten(index, [2, 1, 4])).toBe(position);
  expect(spaces.flatten([index[0]!, variable(loopVar('r0', 1)), index[2]!], [2, 1, 4])).toBe(position);
  expect(printExpr(spaces.flatten([index[0]!, int(0), add(index[2]!, int(1))], [2, 1, 8]))).toBe(
    'i0 * 8 + i2 + 1',
  );
});

test('an index is the own one of a space up to axes of length 1', () => {
  const spaces = new Spaces();
  const space = spaces.of([3, 1]);
  expect(isOwnIndex([space.index[0]!, int(0)], space)).toBe(true);
  expect(isOwnIndex([variable(loopVar('i0', 3)), int(0)], space)).toBe(false);
});
