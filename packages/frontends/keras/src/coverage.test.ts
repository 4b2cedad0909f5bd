import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { unpackKeras } from './archive.ts';
import { fixture } from './goldens.testing.ts';
import { layerRows } from './layers/index.ts';
import { operations } from './layers/operations.ts';

/** Read alike, or tested with TensorFlow.js' layers, or the same row as one in the goldens. */
const elsewhere = [
  'Identity',
  'AlphaDropout',
  'GaussianDropout',
  'ActivityRegularization',
  'ThresholdedReLU',
  'SpatialDropout1D',
];

test('every class of layers has a golden of Keras', () => {
  const seen = new Set<string>();
  for (const name of ['every_layer_1d', 'every_layer_2d', 'every_layer_3d', 'pointwise', 'segmenter']) {
    const { config } = unpackKeras(readFileSync(fixture(`${name}.keras`)), name);
    for (const [, className] of config.matchAll(/"class_name": "(\w+)"/g)) seen.add(className!);
  }
  expect(Object.keys(layerRows).filter((name) => !seen.has(name) && !elsewhere.includes(name))).toEqual([]);
  expect(Object.keys(operations).filter((name) => !seen.has(name))).toEqual([]);
});
