import { expect, test } from 'vitest';
import { testGoldens } from '../goldens.testing.ts';
import * as keras from './index.ts';

const tested = testGoldens('keras.json', keras);

test('every layer has a golden', () => {
  expect(Object.keys(keras).filter((name) => !tested.has(name))).toEqual([]);
});
