import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { fixture } from './goldens.testing.ts';
import { loadKeras, type TfjsDifference } from './index.ts';
import { missingInTfjs } from './layers/differences.ts';
import { layerRows } from './layers/index.ts';

test('the classes that TensorFlow.js lacks are those that it does not register', () => {
  const registered = tf.serialization.SerializationMap.getMap().classNameMap;
  expect(missingInTfjs).toEqual(Object.keys(layerRows).filter((name) => !registered[name]));
});

async function differencesOf(name: string): Promise<readonly TfjsDifference[]> {
  const found: TfjsDifference[] = [];
  await loadKeras(fixture(name), { onTfjsDifference: (difference) => found.push(difference) });
  return found;
}

test('layers to which TensorFlow.js gives other numbers are told', async () => {
  expect(await differencesOf('decoder.keras')).toEqual([]);
  expect(await differencesOf('segmenter.keras')).toEqual([
    {
      layer: 'up_sampling2d_6',
      className: 'UpSampling2D',
      why: 'it places the pixels of bilinear interpolation at o / size instead of at their middles',
    },
  ]);
  const every = await differencesOf('every_layer_2d.keras');
  expect(every.map(({ className, why }) => `${className}: ${why}`)).toContain(
    'Conv2DTranspose: it ignores output_padding [0,0]',
  );
});
