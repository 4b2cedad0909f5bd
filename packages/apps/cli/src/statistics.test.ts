import { tensor } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { statisticsOf } from './statistics.ts';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

test.each([
  ['numbers', [1, 2, 6], { min: 1, max: 6, mean: 3, nan: 0 }],
  ['NaN counts apart', [nan, 2, nan], { min: 2, max: 2, mean: 2, nan: 2 }],
  ['infinities', [1, inf], { min: 1, max: inf, mean: inf, nan: 0 }],
  ['nothing', [], { min: undefined, max: undefined, mean: undefined, nan: 0 }],
])('%s', (_, values, expected) => {
  expect(statisticsOf(tensor(values, [values.length]))).toEqual(expected);
});
