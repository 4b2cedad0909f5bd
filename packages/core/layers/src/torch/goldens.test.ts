import { expect, test } from 'vitest';
import { testGoldens } from '../goldens.testing.ts';
import * as torch from './index.ts';

const tested = testGoldens('torch.json', torch);

test('every layer has a golden', () => {
  expect(Object.keys(torch).filter((name) => !tested.has(name))).toEqual([]);
});
