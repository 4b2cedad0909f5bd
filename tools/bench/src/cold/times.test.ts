import { expect, test } from 'vitest';
import { medianTimes } from './times.ts';

test('the median of each phase on its own', () => {
  const samples = [
    { modules: 30, all: 1 },
    { modules: 10, all: 3 },
    { modules: 20, all: 2 },
  ];
  expect(medianTimes(samples)).toEqual({ modules: 20, all: 2 });
});

test('phases keep their order', () => {
  expect(Object.keys(medianTimes([{ file: 1, passes: 1, all: 2 }]))).toEqual(['file', 'passes', 'all']);
});
