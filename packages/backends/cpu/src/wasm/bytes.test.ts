import { expect, test } from 'vitest';
import { Bytes } from './bytes.ts';

function written(write: (out: Bytes) => void): number[] {
  const out = new Bytes();
  write(out);
  return [...out.result()];
}

test.each([
  [0, [0x00]],
  [127, [0x7f]],
  [128, [0x80, 0x01]],
  [624485, [0xe5, 0x8e, 0x26]],
  [2 ** 31, [0x80, 0x80, 0x80, 0x80, 0x08]],
  [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
])('unsigned LEB128 of %d', (value, bytes) => {
  expect(written((out) => out.unsigned(value))).toEqual(bytes);
});

test.each([
  [0, [0x00]],
  [63, [0x3f]],
  [64, [0xc0, 0x00]],
  [-1, [0x7f]],
  [-64, [0x40]],
  [-65, [0xbf, 0x7f]],
  [-123456, [0xc0, 0xbb, 0x78]],
  [-(2 ** 31), [0x80, 0x80, 0x80, 0x80, 0x78]],
  [2n ** 63n - 1n, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]],
  [-(2n ** 63n), [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f]],
])('signed LEB128 of %s', (value, bytes) => {
  expect(written((out) => (typeof value === 'bigint' ? out.signed64(value) : out.signed(value)))).toEqual(
    bytes,
  );
});

test('floats, with one NaN and two zeros', () => {
  expect(written((out) => out.float(1, 32))).toEqual([0, 0, 0x80, 0x3f]);
  expect(written((out) => out.float(-0, 32))).toEqual([0, 0, 0, 0x80]);
  expect(written((out) => out.float(-0, 64))).toEqual([0, 0, 0, 0, 0, 0, 0, 0x80]);
  const negativeNan = new Float32Array(Uint32Array.of(0xffc0_0001).buffer)[0] ?? 0;
  expect(written((out) => out.float(negativeNan, 32))).toEqual([0, 0, 0xc0, 0x7f]);
  expect(written((out) => out.float(Number.NaN, 64))).toEqual([0, 0, 0, 0, 0, 0, 0xf8, 0x7f]);
});
