import { expect, test } from 'vitest';
import { ones, refusalOf } from '../run.testing.ts';
import * as onnx from './index.ts';

const w = ones(2, 3, 3, 3);
const image = ['batch', 2, 8, 8];

test.each([
  [
    'output_padding as large as the strides',
    () =>
      refusalOf(image, (x) =>
        onnx.ConvTranspose(x, w, { strides: [2, 2], output_padding: [2, 0], name: 'Deconv_7' }),
      ),
    '[polyphase PP2003] Deconv_7 (ConvTranspose): output_padding is 2 on spatial axis 0 with stride 2 and dilation 1. Use an output_padding below the stride or the dilation.',
  ],
  [
    'two pads for two axes',
    () => refusalOf(image, (x) => onnx.ConvTranspose(x, w, { pads: [1, 1] })),
    '[polyphase PP2003] ConvTranspose (ConvTranspose): pads is [1, 1] for 2 axes. Give 2 begins, then 2 ends.',
  ],
  [
    'a kernel_shape other than the weights',
    () => refusalOf(image, (x) => onnx.ConvTranspose(x, w, { kernel_shape: [2, 2] })),
    '[polyphase PP2003] ConvTranspose (ConvTranspose): kernel_shape is [2, 2] and the weights have [3, 3]. Make both agree, or leave kernel_shape out.',
  ],
  [
    'an unknown auto_pad',
    () => refusalOf(image, (x) => onnx.ConvTranspose(x, w, { auto_pad: 'SAME' as 'SAME_UPPER' })),
    '[polyphase PP2003] ConvTranspose (ConvTranspose): auto_pad is "SAME". Use one of NOTSET, VALID, SAME_UPPER, SAME_LOWER.',
  ],
  [
    'an output_shape with batch and channels',
    () => refusalOf([1, 2, 8, 8], (x) => onnx.ConvTranspose(x, w, { output_shape: [1, 3, 16, 16] })),
    '[polyphase PP2003] ConvTranspose (ConvTranspose): output_shape has 4 values [1, 3, 16, 16] for 2 spatial axes. Give output_shape 2 values.',
  ],
  [
    'an output_shape of an open length',
    () => refusalOf([1, 2, 8, 'width'], (x) => onnx.ConvTranspose(x, w, { output_shape: [16, 16] })),
    '[polyphase PP2005] ConvTranspose (ConvTranspose): the length of spatial axis 1, on which output_shape depends, is width, which is still open. Give the sizes of the inputs.',
  ],
  [
    'a bias of another length',
    () => refusalOf(image, (x) => onnx.ConvTranspose(x, w, ones(2))),
    '[polyphase PP2002] ConvTranspose (convTranspose): the length of bias is 2, 3 is needed. Make the two lengths equal.',
  ],
  [
    'scales and sizes',
    () => refusalOf(image, (x) => onnx.Resize(x, { scales: [1, 1, 2, 2], sizes: [1, 2, 16, 16] })),
    '[polyphase PP2003] Resize (Resize): scales is [1, 1, 2, 2] and sizes is [1, 2, 16, 16]. Give exactly one of the two.',
  ],
  [
    'scales for two axes only',
    () => refusalOf(image, (x) => onnx.Resize(x, { scales: [2, 2] })),
    '[polyphase PP2003] Resize (Resize): scales is [2, 2] for 4 axes of an input [batch, 2, 8, 8]. Give one number above 0 for each axis.',
  ],
  [
    'an unknown mode',
    () => refusalOf(image, (x) => onnx.Resize(x, { scales: [1, 1, 2, 2], mode: 'bilinear' as 'linear' })),
    '[polyphase PP2003] Resize (Resize): mode is "bilinear". Use one of nearest, linear, cubic.',
  ],
  [
    'two shapes left open',
    () => refusalOf(image, (x) => onnx.Reshape(x, { shape: [-1, -1] })),
    '[polyphase PP2003] Reshape (Reshape): the target shape [-1, -1] has -1 more than once. Leave only one length open.',
  ],
] as const)('attributes that do not fit: %s', (_, refusal, message) => {
  expect(refusal()).toBe(message);
});
