import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toNumbers } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { fixtures } from './cases.testing.ts';
import { readTensor, writeTensor } from './index.ts';
import { errorOf } from './writer.testing.ts';

interface Row {
  readonly title: string;
  readonly name: string;
  readonly dtype: string;
  readonly shape: number[];
  readonly values: number[];
  readonly bytes: string;
}

const fixture = JSON.parse(readFileSync(join(fixtures('onnx-tensors'), 'tensors.json'), 'utf8'));
const rows = fixture.rows as readonly Row[];
const refused = fixture.refused as readonly { type: string; bytes: string }[];
const decode = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

describe('tensor files of onnx', () => {
  test.each(rows)('$title', ({ name, dtype, shape, values, bytes }) => {
    const { tensor, ...rest } = readTensor(decode(bytes));
    expect({ ...rest, dtype: tensor.dtype, shape: tensor.shape }).toEqual({ name, dtype, shape });
    expect([...toNumbers(tensor)]).toEqual(values);
  });

  test.each(rows)('$title, read from any place in memory', ({ values, bytes }) => {
    const file = decode(bytes);
    for (let offset = 0; offset < 8; offset++) {
      const memory = new Uint8Array(file.length + 8);
      memory.set(file, offset);
      const { tensor } = readTensor(memory.subarray(offset, offset + file.length));
      expect([...toNumbers(tensor)]).toEqual(values);
    }
  });

  test.each(rows)('$title, written and read', ({ bytes }) => {
    const { name, tensor } = readTensor(decode(bytes));
    expect(readTensor(writeTensor(tensor, name))).toEqual({ name, tensor });
  });

  test.each(refused)('$type is refused', ({ type, bytes }) => {
    expect(errorOf(() => readTensor(decode(bytes)))).toMatch(
      new RegExp(`PP1005\\] tensor refused: its elements are ${type}`),
    );
  });
});

test('raw data that is aligned is not copied', () => {
  const memory = new Float64Array(32);
  const file = writeTensor({ dtype: 'float32', shape: [4], data: Float32Array.of(1, 2, 3, 4) }, 'x');
  const rawOffset = file.length - 16;
  const bytes = new Uint8Array(memory.buffer, (16 - (rawOffset % 16)) % 16, file.length);
  bytes.set(file);
  expect(readTensor(bytes).tensor.data.buffer).toBe(memory.buffer);
});

test('a bool is 0 or 1, whatever byte stands for true', () => {
  const file = writeTensor({ dtype: 'bool', shape: [3], data: Uint8Array.of(0, 1, 255) });
  expect([...readTensor(file).tensor.data]).toEqual([0, 1, 1]);
});

test.each<[title: string, bytes: Uint8Array, message: RegExp]>([
  ['nothing', new Uint8Array(0), /PP1001.*no element type/],
  ['a NumPy file', Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59), /PP1001.*a NumPy array/],
  ['noise', Uint8Array.of(0x4a, 0x7f, 0x00), /PP1002/],
])('%s is no tensor file', (_title, bytes, message) => {
  expect(errorOf(() => readTensor(bytes))).toMatch(message);
});
