import { expect, test } from 'vitest';
import { calc, of } from './arrays.testing.ts';
import { clip } from './clip.ts';
import { expectReadsSuffice, itInfers, itRejects } from './ops.testing.ts';

const x = of([Number.NaN, -5, 5, 0.5]);

/** By onnxruntime 1.30. */
test.each([
  ['both bounds', [x, of(0), of(1)], [Number.NaN, 0, 1, 0.5]],
  ['only the lower one', [x, of(0)], [Number.NaN, 0, 5, 0.5]],
  ['only the upper one', [x, undefined, of(1)], [Number.NaN, -5, 1, 0.5]],
  ['none', [x], [Number.NaN, -5, 5, 0.5]],
  ['the upper bound wins', [x, of(1), of(0)], [Number.NaN, 0, 0, 0]],
  ['bounds of one element', [x, of([0]), of([1])], [Number.NaN, 0, 1, 0.5]],
] as const)('%s', (_, operands, expected) => {
  expect(calc(clip, operands)).toEqual(expected);
  expectReadsSuffice(clip, operands, {});
});

itInfers(clip, [[['int8[n]', 'int8[]'], {}, ['int8[n]']]]);

itRejects(clip, [
  [
    ['float32[2]', 'float32[2]'],
    {},
    'PP2002] net/layer (clip): min has the shape [2], one element is needed. Give min as a scalar.',
  ],
  [
    ['float32[2]', undefined, 'int32[]'],
    {},
    'PP2001] net/layer (clip): the operands are float32, int32. Cast them to one type.',
  ],
]);
