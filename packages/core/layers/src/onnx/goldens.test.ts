import { expect, test } from 'vitest';
import { testGoldens } from '../goldens.testing.ts';
import * as onnx from './index.ts';

const tested = testGoldens('onnx.json', onnx);

test('every layer has a golden', () => {
  expect(Object.keys(onnx).filter((name) => !tested.has(name))).toEqual([]);
});
