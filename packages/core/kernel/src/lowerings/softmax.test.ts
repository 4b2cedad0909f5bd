import { type DType, tensor } from '@polyphase/ir';
import { test } from 'vitest';
import { expectAsDefined, Region } from '../graphs.testing.ts';

const rows = [
  [1, Number.POSITIVE_INFINITY, 2, Number.NEGATIVE_INFINITY],
  [Number.NEGATIVE_INFINITY, 1, 2, 3],
  [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 1],
  [-1000, 0, 1000, 1001],
  [1, Number.NaN, 2, 3],
].flat();

test.each([
  ['softmax', 'float32'],
  ['softmax', 'float64'],
  ['softmax', 'float16'],
  ['logSoftmax', 'float32'],
  ['logSoftmax', 'float16'],
] satisfies [string, DType][])('%s of infinities, NaN and large numbers in %s', (op, dtype) => {
  const region = new Region();
  const y = region.op(op as 'softmax', [region.input([5, 4], dtype)], { axis: 1 });

  expectAsDefined(region.graph([y]), { inputs: [tensor(rows, [5, 4], dtype)] });
});
