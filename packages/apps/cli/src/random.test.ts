import { toNumbers } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { randomNumbers, randomTensor } from './random.ts';

test('elements are spread over their range, the same for the same seed', () => {
  const values = toNumbers(randomTensor('float32', [1000], randomNumbers(1)));
  expect(toNumbers(randomTensor('float32', [1000], randomNumbers(1)))).toEqual(values);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...values)).toBeLessThan(1);
  const mean = values.reduce((sum, value) => sum + value, 0) / 1000;
  // The mean of 1000 numbers from -1 to 1 deviates by 0.018; four times that is one in 16000.
  expect(Math.abs(mean)).toBeLessThan(0.073);
});

test('integers are 0 and 1', () => {
  const values = toNumbers(randomTensor('int64', [50], randomNumbers(2)));
  expect(new Set(values)).toEqual(new Set([0, 1]));
});
