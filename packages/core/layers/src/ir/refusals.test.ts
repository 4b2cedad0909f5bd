import { expect, test } from 'vitest';
import { ones, refusalOf } from '../run.testing.ts';
import * as layers from './index.ts';

const image = ['batch', 2, 8, 8];

test.each([
  [
    'crop without a pair for each axis',
    () =>
      refusalOf(image, (x) =>
        layers.convTranspose(x, ones(2, 3, 3, 3), { crop: [[1, 0]], name: 'decoder/up2' }),
      ),
    '[polyphase PP2003] decoder/up2 (convTranspose): crop is [[1,0]] for 2 axes. Give one integer, or 2 pairs of integers: begin and end.',
  ],
  [
    'size and scale',
    () => refusalOf(image, (x) => layers.upsample(x, { size: 4, scale: 2 })),
    '[polyphase PP2003] upsample (upsample): size is 4 and scale is 2. Give exactly one of the two.',
  ],
  [
    'neither',
    () => refusalOf(image, (x) => layers.upsample(x, {})),
    '[polyphase PP2003] upsample (upsample): size is missing and scale is missing. Give exactly one of the two.',
  ],
  [
    'a scale for each of three axes',
    () => refusalOf(image, (x) => layers.upsample(x, { scale: [2, 2, 2] })),
    '[polyphase PP2003] upsample (upsample): scale is [2,2,2] for 2 axes. Give one value, or one for each axis.',
  ],
  [
    'an unknown mode',
    () => refusalOf(image, (x) => layers.upsample(x, { scale: 2, mode: 'bilinear' as 'linear' })),
    '[polyphase PP2003] upsample (upsample): mode is "bilinear". Use one of nearest, linear, cubic, lanczos3, lanczos5, mitchell, gaussian, area, adaptive.',
  ],
  [
    'the same axis twice',
    () => refusalOf(image, (x) => layers.upsample(x, { scale: 2, axes: [2, -2] })),
    '[polyphase PP2003] upsample (upsample): the axes are [2, 2]. Resample every axis once.',
  ],
  [
    'operands of two types',
    () => refusalOf(image, (x) => layers.add(x, { dtype: 'int32', shape: [], data: new Int32Array(1) })),
    '[polyphase PP2001] add (add): the operands are float32, int32. Cast them to one type.',
  ],
  [
    'shapes that do not broadcast',
    () => refusalOf(image, (x) => layers.add(x, ones(3))),
    '[polyphase PP2002] add (add): the shapes [batch, 2, 8, 8] and [3] have the lengths 8 and 3 on one axis. Make the lengths equal, or one of them 1.',
  ],
  [
    'no operands',
    () => refusalOf(image, () => layers.concat([], { axis: 0 })),
    '[polyphase PP2001] concat (concat): the operand xs of concat is missing. Give xs.',
  ],
  [
    'an open length in equal parts',
    () => refusalOf(image, (x) => layers.split(x, { axis: 0 })),
    '[polyphase PP2005] split (split): the axis that is split in 2 has the open length batch. Give the sizes of the inputs.',
  ],
  [
    'a position from the end of an open length',
    () => refusalOf(image, (x) => layers.slice(x, { axes: 0, start: -1 })),
    '[polyphase PP2005] slice (slice): the slice from -1 in steps of 1 counts from the end of an axis of the open length batch. Give the sizes of the inputs.',
  ],
] as const)('what does not fit: %s', (_, refusal, message) => {
  expect(refusal()).toBe(message);
});
