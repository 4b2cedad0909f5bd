import { conv, convTranspose, type Model, make, outputOf, relu, upsample } from '@polyphase/ir';
import { modelOf, weight } from './models.testing.ts';

/** A small decoder: convolution, transposed convolution, resampling. */
export const upscaler = (): Model =>
  modelOf({ x: [1, 3, 4, 4] }, ({ x }) => {
    const same = {
      stride: [1, 1],
      dilation: [1, 1],
      pads: [
        [1, 1],
        [1, 1],
      ] as const,
    };
    const features = make(conv, { x: x!, w: weight('w1', [4, 3, 3, 3]), bias: weight('b1', [4]) }, same, {
      name: 'conv',
    });
    const active = make(relu, { x: outputOf(features) }, {}, { name: 'relu' });
    const twice = make(
      convTranspose,
      { x: outputOf(active), w: weight('w2', [4, 3, 4, 4]), bias: weight('b2', [3]) },
      {
        stride: [2, 2],
        dilation: [1, 1],
        crop: [
          [1, 1],
          [1, 1],
        ],
        groups: 1,
      },
      { name: 'up' },
    );
    const axis = (at: number) => ({
      axis: at,
      from: 8,
      to: 12,
      map: 'half_pixel' as const,
      filter: { kind: 'cubic' as const, coefficient: -0.75 },
      antialias: false,
      border: 'clamp' as const,
      profile: 'torch' as const,
    });
    const resized = make(upsample, { x: outputOf(twice) }, { axes: [axis(2), axis(3)] }, { name: 'resize' });
    return [features, active, twice, resized];
  });
