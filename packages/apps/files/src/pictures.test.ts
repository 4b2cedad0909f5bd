import { describe, expect, test } from 'vitest';
import { messageOf, rows } from './fixtures.testing.ts';
import { readJpeg, writeJpeg } from './jpeg.ts';
import type { Pixels } from './pixels.ts';
import { readPng, writePng } from './png.ts';

const pictures = rows('pictures.json');
const pngs = pictures.filter(({ kind }) => kind === 'png');
const jpegs = pictures.filter(({ kind }) => kind === 'jpg');

describe('PNG files hold what Pillow sees', () => {
  test.each(pngs)('$name', ({ bytes, shape, values, max }) => {
    const { width, height, channels, data, max: greatest } = readPng(bytes, 'x.png');
    expect([height, width, channels]).toEqual(shape);
    expect(greatest).toBe(max);
    expect([...data]).toEqual(values.map(Number));
  });
});

/**
 * Decoders may differ: ISO/IEC 10918-2 allows an inverse DCT one level off in each component, which the colour
 * transform multiplies by up to 1 + 1.772, and rounding adds one half.
 */
const jpegLevels = 3;

describe('JPEG files hold what Pillow sees', () => {
  test.each(jpegs)('$name', ({ bytes, shape, values }) => {
    const { width, height, channels, data } = readJpeg(bytes, 'x.jpg');
    expect([height, width, channels]).toEqual(shape);
    const greatest = Math.max(...values.map((value, i) => Math.abs(Number(value) - data[i]!)));
    expect(greatest).toBeLessThanOrEqual(jpegLevels);
  });
});

const gradient: Pixels = {
  width: 16,
  height: 8,
  channels: 3,
  max: 255,
  data: Uint8Array.from({ length: 16 * 8 * 3 }, (_, i) => Math.floor(i / 2)),
};
const gray: Pixels = { ...gradient, channels: 1, data: Uint8Array.from({ length: 128 }, (_, i) => i) };

test('a PNG is read as it was written', () => {
  expect(readPng(new Uint8Array(writePng(gradient)), 'x.png')).toEqual(gradient);
  expect(readPng(new Uint8Array(writePng(gray)), 'x.png')).toEqual(gray);
});

test('a gray JPEG is read as it was written, within its quality', () => {
  const { data } = readJpeg(new Uint8Array(writeJpeg(gray)), 'x.jpg');
  const difference = gray.data.map((value, i) => Math.abs(value - data[3 * i]!));
  expect(Math.max(...difference)).toBeLessThanOrEqual(4);
});

describe('damaged files', () => {
  const png = pngs[1]!.bytes;
  const huge = png.slice();
  huge.set([0, 1, 0, 0, 0, 1, 0, 0], 16);
  const tall = png.slice();
  tall.set([0, 0, 0, 9], 20);
  const cases: readonly (readonly [string, () => unknown])[] = [
    ['a PNG cut off', () => readPng(png.slice(0, 60), 'x.png')],
    ['a PNG without a header', () => readPng(png.slice(0, 8), 'x.png')],
    ['a PNG of absurd size', () => readPng(huge, 'x.png')],
    ['a PNG with fewer lines than it says', () => readPng(tall, 'x.png')],
    ['a PNG with a flipped bit', () => readPng(withByte(png, 50, 0xff), 'x.png')],
    ['a JPEG cut off', () => readJpeg(jpegs[1]!.bytes.slice(0, 500), 'x.jpg')],
    ['a JPEG cut in its header', () => readJpeg(jpegs[1]!.bytes.slice(0, 30), 'x.jpg')],
    ['a JPEG of absurd size', () => readJpeg(withSize(jpegs[1]!.bytes, 60000, 60000), 'x.jpg')],
  ];
  test.each(cases)('%s', async (_, read) => {
    expect(await messageOf(read)).toMatch(/^\[polyphase PP5003\] x\.(png|jpg): .+\. .+\.$/);
  });
  test('the message has the size', async () => {
    expect(await messageOf(() => readPng(huge, 'x.png'))).toMatchInlineSnapshot(
      `"[polyphase PP5003] x.png: the picture is 65536 x 65536, the limit is 100000000 pixels. Scale it down or cut it up."`,
    );
  });
});

function withByte(bytes: Uint8Array, at: number, byte: number): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  copy[at]! ^= byte;
  return copy;
}

/** A baseline JPEG with other lengths in its frame header (marker FFC0). */
function withSize(bytes: Uint8Array, height: number, width: number): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  const frame = Buffer.from(copy.buffer).indexOf(Buffer.of(0xff, 0xc0));
  copy.set([height >> 8, height & 255, width >> 8, width & 255], frame + 5);
  return copy;
}
