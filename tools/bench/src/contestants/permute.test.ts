import { expect, test } from 'vitest';
import { permute } from './permute.ts';

test.each([
  [
    [2, 3],
    [0, 1],
    [0, 1, 2, 3, 4, 5],
  ],
  [
    [2, 3],
    [1, 0],
    [0, 3, 1, 4, 2, 5],
  ],
  [
    [1, 2, 3, 1],
    [0, 2, 3, 1],
    [0, 3, 1, 4, 2, 5],
  ],
  [
    [3, 1, 2],
    [2, 0, 1],
    [0, 2, 4, 1, 3, 5],
  ],
])('%j by %j', (shape, axes, expected) => {
  expect([...permute(Float32Array.of(0, 1, 2, 3, 4, 5), shape, axes)]).toEqual(expected);
});
