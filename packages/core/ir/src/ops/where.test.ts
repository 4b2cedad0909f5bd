import { expect, test } from 'vitest';
import { calc, of } from './arrays.testing.ts';
import { expectReadsSuffice, itInfers, itRejects, pattern } from './ops.testing.ts';
import { where } from './where.ts';

test('picks by the condition, all three broadcast (onnxruntime 1.30)', () => {
  const operands = [of([[1], [0]], 'bool'), of([1, 2]), of(9)];
  expect(calc(where, operands)).toEqual([
    [1, 2],
    [9, 9],
  ]);
  expectReadsSuffice(where, [of([[1], [0]], 'bool'), pattern([1, 2]), pattern([], 1)], {});
});

test('NaN passes only where it is picked', () => {
  expect(calc(where, [of([1, 0], 'bool'), of([1, Number.NaN]), of([Number.NaN, 2])])).toEqual([1, 2]);
});

itInfers(where, [[['bool[h, 1]', 'int64[w]', 'int64[]'], {}, ['int64[h, w]']]]);

itRejects(where, [
  [
    ['int8[2]', 'float32[2]', 'float32[2]'],
    {},
    'PP2001] net/layer (where): condition is int8. Cast condition to bool.',
  ],
  [
    ['bool[2]', 'float32[2]', 'float16[2]'],
    {},
    'PP2001] net/layer (where): the operands are float32, float16. Cast them to one type.',
  ],
  [
    ['bool[2]', 'float32[3]', 'float32[]'],
    {},
    'PP2002] net/layer (where): the shapes [2] and [3] and [] have the lengths 2 and 3 on one axis. Make the lengths equal, or one of them 1.',
  ],
]);
