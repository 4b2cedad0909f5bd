import { describe, expect, test } from 'vitest';
import { ones, refusalOf } from '../run.testing.ts';
import * as torch from './index.ts';

const weight = ones(2, 3, 3, 3);
const image = ['batch', 2, 8, 8];

describe('arguments that PyTorch does not take either', () => {
  test.each([
    ['output_padding as large as the stride', () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight, stride: 2, output_padding: 2, name: 'decoder/up2' }))],
    ['output_padding without stride or dilation', () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight, output_padding: [0, 1] }))],
    ['an output_size that no output_padding gives', () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight, stride: 2, padding: 1, output_size: [15, 17] }))],
    ['three strides for two axes', () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight, stride: [2, 2, 2] }))],
    ['a negative padding', () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight, padding: -1 }))],
    ['a stride of 0', () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight, stride: 0 }))],
    ['an input of another rank', () => refusalOf([1, 2, 8], (x) => torch.ConvTranspose2d(x, { weight }))],
    ['weights of another rank', () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight: ones(2, 3, 3) }))],
    ['weights for other channels', () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight: ones(4, 3, 3, 3) }))],
    ['padding that leaves nothing', () => refusalOf(image, (x) => torch.ConvTranspose2d(x, { weight, padding: 5 }))],
    ["'same' with a stride", () => refusalOf(image, (x) => torch.Conv2d(x, { weight: ones(3, 2, 3, 3), padding: 'same', stride: 2 }))],
    ['an unknown padding_mode', () => refusalOf(image, (x) => torch.Conv2d(x, { weight: ones(3, 2, 3, 3), padding_mode: 'mirror' as 'zeros' }))],
    ['a padding above half the kernel', () => refusalOf(image, (x) => torch.MaxPool2d(x, { kernel_size: 3, padding: 2 }))],
    ['size and scale_factor', () => refusalOf(image, (x) => torch.interpolate(x, { size: 4, scale_factor: 2 }))],
    ['align_corners for nearest', () => refusalOf(image, (x) => torch.Upsample(x, { scale_factor: 2, align_corners: true, name: 'head/up' }))],
    ['bilinear of one spatial axis', () => refusalOf([1, 2, 8], (x) => torch.interpolate(x, { size: 4, mode: 'bilinear' }))],
    ['channels that are not a multiple', () => refusalOf(image, (x) => torch.PixelShuffle(x, { upscale_factor: 2 }))],
    ['lengths that are not a multiple', () => refusalOf(image, (x) => torch.PixelUnshuffle(x, { downscale_factor: 3 }))],
    ['normalized_shape that is not the last', () => refusalOf(image, (x) => torch.LayerNorm(x, { normalized_shape: [8, 4] }))],
    ['an odd pad', () => refusalOf(image, (x) => torch.pad(x, { pad: [1, 2, 3] }))],
    ['an axis that is not there', () => refusalOf(image, (x) => torch.Softmax(x, { dim: 4 }))],
    ['a beta of 0', () => refusalOf(image, (x) => torch.Softplus(x, { beta: 0 }))],
    ['end before start', () => refusalOf(image, (x) => torch.Flatten(x, { start_dim: 2, end_dim: 1 }))],
  ])('%s', (_, refusal) => {
    expect(refusal()).toMatchSnapshot();
  });
});
