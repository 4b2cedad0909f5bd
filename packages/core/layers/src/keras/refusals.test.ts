import { expect, test } from 'vitest';
import { ones, refusalOf } from '../run.testing.ts';
import * as keras from './index.ts';

const kernel = ones(3, 3, 4, 2);
const image = ['batch', 8, 8, 2];

test.each([
  [
    'output_padding as large as the strides',
    () =>
      refusalOf(image, (x) =>
        keras.Conv2DTranspose(x, { kernel, strides: 2, output_padding: 2, name: 'decoder/up2' }),
      ),
    '[polyphase PP2003] decoder/up2 (Conv2DTranspose): output_padding is 2 on spatial axis 0 with strides 2. Use an output_padding below the strides, or leave it out.',
  ],
  [
    'strides with dilation',
    () => refusalOf(image, (x) => keras.Conv2DTranspose(x, { kernel, strides: 2, dilation_rate: 2 })),
    '[polyphase PP2003] Conv2DTranspose (Conv2DTranspose): strides is [2, 2] and dilation_rate is [2, 2]. Keras takes only one of the two above 1; layers.conv and layers.convTranspose take both.',
  ],
  [
    'an unknown padding',
    () => refusalOf(image, (x) => keras.Conv2DTranspose(x, { kernel, padding: 'full' as 'same' })),
    '[polyphase PP2003] Conv2DTranspose (Conv2DTranspose): padding is "full". Use one of valid, same.',
  ],
  [
    'causal in two dimensions',
    () => refusalOf(image, (x) => keras.Conv2D(x, { kernel: ones(3, 3, 2, 4), padding: 'causal' })),
    '[polyphase PP2003] Conv2D (Conv2D): padding is "causal". Use one of valid, same.',
  ],
  [
    'channels first where they are last',
    () => refusalOf(image, (x) => keras.Conv2DTranspose(x, { kernel, data_format: 'channels_first' })),
    '[polyphase PP2002] Conv2DTranspose (convTranspose): the number of input channels of w is 2, 8 is needed. Make the two lengths equal.',
  ],
  [
    'an unknown data_format',
    () => refusalOf(image, (x) => keras.UpSampling2D(x, { data_format: 'NHWC' as 'channels_last' })),
    '[polyphase PP2003] UpSampling2D (UpSampling2D): data_format is "NHWC". Use one of channels_last, channels_first.',
  ],
  [
    'an input of another rank',
    () => refusalOf([1, 8, 2], (x) => keras.UpSampling2D(x)),
    '[polyphase PP2002] UpSampling2D (UpSampling2D): x has the shape [1, 8, 2], rank 4 [batch, spatial, channels] is needed. Use the layer for this number of axes, or reshape x.',
  ],
  [
    'a kernel of another rank',
    () => refusalOf(image, (x) => keras.Conv2DTranspose(x, { kernel: ones(3, 4, 2) })),
    '[polyphase PP2002] Conv2DTranspose (Conv2DTranspose): kernel has the shape [3, 4, 2], rank 4 [kernel, channels, channels] is needed. Use the layer for this number of axes, or reshape kernel.',
  ],
  [
    'a size that is not whole',
    () => refusalOf(image, (x) => keras.UpSampling2D(x, { size: 1.5 })),
    '[polyphase PP2003] UpSampling2D (UpSampling2D): size is [1.5, 1.5]. Give integers of at least 1.',
  ],
  [
    'an unknown interpolation',
    () => refusalOf(image, (x) => keras.UpSampling2D(x, { interpolation: 'cubic' as 'bicubic' })),
    '[polyphase PP2003] UpSampling2D (UpSampling2D): method is "cubic". Use one of nearest, bilinear, bicubic, area, lanczos3, lanczos5, gaussian, mitchellcubic.',
  ],
  [
    'an unknown activation',
    () => refusalOf(image, (x) => keras.Conv2DTranspose(x, { kernel, activation: 'Relu' as 'relu' })),
    '[polyphase PP2003] Conv2DTranspose (Conv2DTranspose): activation is "Relu". Use one of linear, relu, relu6, leaky_relu, elu, selu, celu, gelu, silu, swish, hard_silu, hard_swish, mish, sigmoid, hard_sigmoid, tanh, hard_tanh, softplus, softsign, exponential, softmax, log_softmax.',
  ],
  [
    'normalised axes that are not the last',
    () => refusalOf(image, (x) => keras.LayerNormalization(x, { axis: [1, 2] })),
    '[polyphase PP2003] LayerNormalization (LayerNormalization): axis is [1, 2] for an x of rank 4. Name the last axes in order, or transpose x.',
  ],
  [
    'no operands',
    () => refusalOf(image, () => keras.Add([])),
    '[polyphase PP2001] Add (Add): there are no operands. Give at least one.',
  ],
  [
    "'same' strides of an open length",
    () =>
      refusalOf(['batch', 'height', 8, 2], (x) =>
        keras.Conv2D(x, { kernel: ones(3, 3, 2, 4), strides: 2, padding: 'same' }),
      ),
    "[polyphase PP2005] Conv2D (Conv2D): 'same' padding with stride 2 depends on the length height, which is still open. Give the sizes of the inputs.",
  ],
] as const)('arguments that Keras does not take either: %s', (_, refusal, message) => {
  expect(refusal()).toBe(message);
});
