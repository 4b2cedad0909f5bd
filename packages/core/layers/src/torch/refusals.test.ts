import { expect, test } from 'vitest';
import { ones, refusalOf } from '../run.testing.ts';
import * as torch from './index.ts';

const weight = ones(2, 3, 3, 3);
const image = ['batch', 2, 8, 8];

test.each([
  [
    'output_padding as large as the stride',
    () =>
      refusalOf(image, (x) =>
        torch.ConvTranspose2d(x, { weight, stride: 2, output_padding: 2, name: 'decoder/up2' }),
      ),
    '[polyphase PP2003] decoder/up2 (ConvTranspose2d): output_padding is 2 on spatial axis 0 with stride 2 and dilation 1. Use an output_padding below the stride or the dilation.',
  ],
  [
    'output_padding without stride or dilation',
    () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight, output_padding: [0, 1] })),
    '[polyphase PP2003] ConvTranspose2d (ConvTranspose2d): output_padding is 1 on spatial axis 1 with stride 1 and dilation 1. Use an output_padding below the stride or the dilation.',
  ],
  [
    'an output_size that no output_padding gives',
    () =>
      refusalOf([1, 2, 8, 8], (x) =>
        torch.ConvTranspose2d(x, { weight, stride: 2, padding: 1, output_size: [15, 17] }),
      ),
    '[polyphase PP2003] ConvTranspose2d (ConvTranspose2d): an output length of 17 is asked of an axis of 8. Ask for 15 to 16.',
  ],
  [
    'three strides for two axes',
    () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight, stride: [2, 2, 2] })),
    '[polyphase PP2003] ConvTranspose2d (ConvTranspose2d): stride has 3 values [2, 2, 2] for 2 spatial axes. Give stride 2 values.',
  ],
  [
    'a negative padding',
    () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight, padding: -1 })),
    '[polyphase PP2003] ConvTranspose2d (ConvTranspose2d): padding is [-1, -1]. Give integers of at least 0.',
  ],
  [
    'a stride of 0',
    () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight, stride: 0 })),
    '[polyphase PP2003] ConvTranspose2d (ConvTranspose2d): stride is [0, 0]. Give integers of at least 1.',
  ],
  [
    'an input of another rank',
    () => refusalOf([1, 2, 8], (x) => torch.ConvTranspose2d(x, { weight })),
    '[polyphase PP2002] ConvTranspose2d (ConvTranspose2d): x has the shape [1, 2, 8], rank 4 [N, C, spatial] is needed. Use the layer for this number of axes, or reshape x.',
  ],
  [
    'weights of another rank',
    () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight: ones(2, 3, 3) })),
    '[polyphase PP2002] ConvTranspose2d (ConvTranspose2d): weight has the shape [2, 3, 3], rank 4 [channels, channels, kernel] is needed. Use the layer for this number of axes, or reshape weight.',
  ],
  [
    'weights for other channels',
    () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight: ones(4, 3, 3, 3) })),
    '[polyphase PP2002] ConvTranspose2d (convTranspose): the number of input channels of w is 4, 2 is needed. Make the two lengths equal.',
  ],
  [
    'groups that do not divide the channels',
    () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight, groups: 3 })),
    '[polyphase PP2003] ConvTranspose2d (convTranspose): groups is 3 for 2 input channels. Use a divisor of the input channels.',
  ],
  [
    'padding that leaves nothing',
    () => refusalOf([1, 2, 1, 1], (x) => torch.ConvTranspose2d(x, { weight, padding: 2 })),
    '[polyphase PP2004] ConvTranspose2d (convTranspose): a crop of (2, 2) leaves -1 of the 3 outputs of spatial axis 0. Use less padding or a larger kernel.',
  ],
  [
    "'same' with a stride",
    () => refusalOf(image, (x) => torch.Conv2d(x, { weight: ones(3, 2, 3, 3), padding: 'same', stride: 2 })),
    "[polyphase PP2003] Conv2d (Conv2d): padding is 'same' and stride is [2, 2]. Use a stride of 1, or give the padding in numbers.",
  ],
  [
    'an unknown padding_mode',
    () =>
      refusalOf(image, (x) =>
        torch.Conv2d(x, { weight: ones(3, 2, 3, 3), padding_mode: 'mirror' as 'zeros' }),
      ),
    '[polyphase PP2003] Conv2d (Conv2d): padding_mode is "mirror". Use one of zeros, reflect, replicate, circular.',
  ],
  [
    'a padding above half the kernel',
    () => refusalOf(image, (x) => torch.MaxPool2d(x, { kernel_size: 3, padding: 2 })),
    '[polyphase PP2003] MaxPool2d (MaxPool2d): padding is 2 on spatial axis 0 with kernel_size 3. Use a padding of at most half the kernel.',
  ],
  [
    'size and scale_factor',
    () => refusalOf(image, (x) => torch.interpolate(x, { size: 4, scale_factor: 2 })),
    '[polyphase PP2003] interpolate (interpolate): size is 4 and scale_factor is 2. Give exactly one of the two.',
  ],
  [
    'neither',
    () => refusalOf(image, (x) => torch.interpolate(x, { mode: 'bilinear' })),
    '[polyphase PP2003] interpolate (interpolate): size is undefined and scale_factor is undefined. Give exactly one of the two.',
  ],
  [
    'align_corners for nearest',
    () =>
      refusalOf(image, (x) => torch.Upsample(x, { scale_factor: 2, align_corners: true, name: 'head/up' })),
    '[polyphase PP2003] head/up (Upsample): align_corners is true for mode nearest. Leave align_corners out or use linear, bilinear, trilinear or bicubic.',
  ],
  [
    'bilinear of one spatial axis',
    () => refusalOf([1, 2, 8], (x) => torch.interpolate(x, { size: 4, mode: 'bilinear' })),
    '[polyphase PP2003] interpolate (interpolate): mode is bilinear for an input of rank 3. Give an input of rank 4 or use another mode.',
  ],
  [
    'channels that are not a multiple',
    () => refusalOf(image, (x) => torch.PixelShuffle(x, { upscale_factor: 2 })),
    '[polyphase PP2002] PixelShuffle (depthToSpace): the number of channels of x is 2, a multiple of 4 is needed. Use another blocksize, or pad.',
  ],
  [
    'lengths that are not a multiple',
    () => refusalOf(image, (x) => torch.PixelUnshuffle(x, { downscale_factor: 3 })),
    '[polyphase PP2002] PixelUnshuffle/blocks (spaceToDepth): the height of x is 8, a multiple of 3 is needed. Use another blocksize, or pad.',
  ],
  [
    'a normalized_shape that is not the last',
    () => refusalOf(image, (x) => torch.LayerNorm(x, { normalized_shape: [8, 4] })),
    '[polyphase PP2002] LayerNorm (LayerNorm): normalized_shape is [8, 4] for an x of shape [batch, 2, 8, 8]. Give the last lengths of x.',
  ],
  [
    'an odd pad',
    () => refusalOf(image, (x) => torch.pad(x, { pad: [1, 2, 3] })),
    '[polyphase PP2003] pad (pad): pad has 3 entries for 4 axes. Give begin and end of the last axis, then of the one before it.',
  ],
  [
    'an axis that is not there',
    () => refusalOf(image, (x) => torch.Softmax(x, { dim: 4 })),
    '[polyphase PP2003] Softmax (softmax): axis 4 does not exist in a tensor of rank 4. Use an axis from -4 to 3.',
  ],
  [
    'a beta of 0',
    () => refusalOf(image, (x) => torch.Softplus(x, { beta: 0 })),
    '[polyphase PP2003] Softplus (Softplus): beta is 0, and the result is divided by it. Use another beta.',
  ],
  [
    'end_dim before start_dim',
    () => refusalOf(image, (x) => torch.Flatten(x, { start_dim: 2, end_dim: 1 })),
    '[polyphase PP2003] Flatten (Flatten): start_dim is 2 and end_dim is 1. Give start_dim first.',
  ],
] as const)('arguments that PyTorch does not take either: %s', (_, refusal, message) => {
  expect(refusal()).toBe(message);
});
