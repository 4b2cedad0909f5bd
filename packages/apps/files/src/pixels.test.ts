import { type Tensor, tensor } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { messageOf } from './fixtures.testing.ts';
import { type ImageFormat, type Pixels, pixelsToTensor, tensorToPixels } from './pixels.ts';

/** Red, then dark blue. */
const two: Pixels = { width: 2, height: 1, channels: 3, max: 255, data: Uint8Array.of(255, 0, 0, 0, 0, 51) };
const gray16: Pixels = { width: 2, height: 1, channels: 1, max: 65535, data: Uint16Array.of(65535, 13107) };

interface Row {
  readonly name: string;
  readonly pixels?: Pixels;
  readonly format: ImageFormat;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const readings: readonly Row[] = [
  { name: 'defaults', format: {}, shape: [1, 3, 1, 2], values: [1, 0, 0, 0, 0, 0.2] },
  { name: 'NHWC', format: { layout: 'NHWC' }, shape: [1, 1, 2, 3], values: [1, 0, 0, 0, 0, 0.2] },
  { name: 'BGR', format: { channels: 'BGR' }, shape: [1, 3, 1, 2], values: [0, 0.2, 0, 0, 1, 0] },
  { name: 'gray', format: { channels: 'gray' }, shape: [1, 1, 1, 2], values: [0.299, 0.114 * 0.2] },
  { name: '0-255', format: { range: '0-255' }, shape: [1, 3, 1, 2], values: [255, 0, 0, 0, 0, 51] },
  { name: '-1-1', format: { range: '-1-1' }, shape: [1, 3, 1, 2], values: [1, -1, -1, -1, -1, -0.6] },
  {
    name: 'mean and std a channel',
    format: { mean: [0.5, 0, 0.1], std: [0.25, 1, 2] },
    shape: [1, 3, 1, 2],
    values: [2, -2, 0, 0, -0.05, 0.05],
  },
  {
    name: 'one mean for all',
    format: { mean: [1], std: [2] },
    shape: [1, 3, 1, 2],
    values: [0, -0.5, -0.5, -0.5, -0.5, -0.4],
  },
  {
    name: '16 bits, repeated',
    pixels: gray16,
    format: {},
    shape: [1, 3, 1, 2],
    values: [1, 0.2, 1, 0.2, 1, 0.2],
  },
  {
    name: '16 bits, gray',
    pixels: gray16,
    format: { channels: 'gray' },
    shape: [1, 1, 1, 2],
    values: [1, 0.2],
  },
];

describe('a picture as a tensor', () => {
  test.each(readings)('$name', ({ pixels = two, format, shape, values }) => {
    const read = pixelsToTensor(pixels, format, 'float64', 'x.png');
    expect(read.shape).toEqual(shape);
    for (const [i, value] of values.entries()) expect(read.data[i]).toBeCloseTo(value, 12);
  });

  test('integers are the samples', () => {
    expect(pixelsToTensor(two, {}, 'uint8', 'x.png')).toEqual(
      tensor([255, 0, 0, 0, 0, 51], [1, 3, 1, 2], 'uint8'),
    );
  });

  test.each(readings.filter(({ pixels, format }) => !pixels && format.channels !== 'gray'))(
    'and back: $name',
    ({ format }) => {
      expect(tensorToPixels(pixelsToTensor(two, format, 'float32', 'x.png'), format, 'x.png')).toEqual(two);
    },
  );
});

const writings: readonly (readonly [
  string,
  Tensor,
  ImageFormat,
  readonly [number, number, number],
  readonly number[],
])[] = [
  ['a mask', tensor([0, 0.5, 1, 2], [1, 1, 2, 2]), {}, [2, 2, 1], [0, 128, 255, 255]],
  ['a plane', tensor([-1, 0.2], [1, 2]), {}, [1, 2, 1], [0, 51]],
  ['not a number', tensor([Number.NaN, Number.POSITIVE_INFINITY], [1, 2]), {}, [1, 2, 1], [0, 255]],
  ['bools', tensor([1, 0], [1, 2], 'bool'), {}, [1, 2, 1], [255, 0]],
  ['classes', tensor([3, 300], [1, 1, 2], 'int64'), {}, [1, 2, 1], [3, 255]],
  ['channels last', tensor([0, 1, 0.2], [1, 1, 3]), { layout: 'NHWC' }, [1, 1, 3], [0, 255, 51]],
];

describe('a tensor as a picture', () => {
  test.each(writings)('%s', (_, value, format, [height, width, channels], data) => {
    const pixels = tensorToPixels(value, format, 'y.png');
    expect(pixels).toEqual({ width, height, channels, max: 255, data: Uint8Array.from(data) });
  });
});

test('what is no picture is refused', async () => {
  const cases = [
    () => tensorToPixels(tensor(new Float32Array(8), [1, 2, 2, 2]), {}, 'y.png'),
    () => tensorToPixels(tensor(new Float32Array(8), [2, 1, 2, 2]), {}, 'y.png'),
    () => tensorToPixels(tensor([], [1, 0, 2]), {}, 'y.png'),
    () => pixelsToTensor(two, { mean: [1, 2] }, 'float32', 'x.png'),
    () => pixelsToTensor(two, { std: [0] }, 'float32', 'x.png'),
  ];
  expect((await Promise.all(cases.map(messageOf))).join('\n')).toMatchInlineSnapshot(`
    "[polyphase PP5003] y.png: a NCHW tensor of shape [1, 2, 2, 2] is no picture of one or three channels. Write it as .npy, or choose the other layout.
    [polyphase PP5003] y.png: a NCHW tensor of shape [2, 1, 2, 2] is no picture of one or three channels. Write it as .npy, or choose the other layout.
    [polyphase PP5003] y.png: a NCHW tensor of shape [1, 0, 2] is no picture of one or three channels. Write it as .npy, or choose the other layout.
    [polyphase PP5003] x.png: mean has 2 values for 3 channels. Give one value, or 3.
    [polyphase PP5003] x.png: a standard deviation is 0. Leave std out."
  `);
});
