import { type DType, fromFloat16, type Tensor, tensor } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { messageOf, rows } from './fixtures.testing.ts';
import { readNpy, writeNpy } from './npy.ts';

const pythonNames: Readonly<Record<string, string>> = { Infinity: 'inf', '-Infinity': '-inf', NaN: 'nan' };

/** Elements as Python prints them. */
function printed({ dtype, data }: Tensor): readonly string[] {
  return Array.from<number | bigint, string>(data, (stored) => {
    if (typeof stored === 'bigint') return `${stored}`;
    const value = dtype === 'float16' ? fromFloat16(stored) : stored;
    const text = Object.is(value, -0) ? '-0' : `${value}`;
    return pythonNames[text] ?? (dtype.startsWith('float') && /^-?\d+$/.test(text) ? `${text}.0` : text);
  });
}

describe('reads what NumPy wrote', () => {
  test.each(rows('npy.json'))('$name', ({ bytes, shape, values, dtype }) => {
    const read = readNpy(bytes, 'x.npy');
    expect([read.dtype, read.shape]).toEqual([dtype, shape]);
    expect(printed(read)).toEqual(values);
  });
});

describe('writes what it reads', () => {
  test.each(rows('npy.json'))('$name', ({ bytes }) => {
    const read = readNpy(bytes, 'x.npy');
    expect(readNpy(new Uint8Array(writeNpy(read)), 'y.npy')).toEqual(read);
  });
});

test('the bytes are those of numpy.save but for spaces in the header', () => {
  const withoutSpaces = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').replaceAll(' ', '');
  const written = withoutSpaces(writeNpy(tensor([1, 2, 3], [3, 1], 'float64')));
  expect(written).toContain(`{'descr':'<f8','fortran_order':False,'shape':(3,1)}\n`);
});

test('element types that tensors do not have are refused', async () => {
  const messages = await Promise.all(
    rows('npy-refused.json').map(({ bytes }) => messageOf(() => readNpy(bytes, 'x.npy'))),
  );
  expect(messages.join('\n')).toMatchInlineSnapshot(`
    "[polyphase PP5003] x.npy: it cannot be read as .npy (Unsupported dtype: >f4). Save it with numpy.save, in little-endian order and without Python objects.
    [polyphase PP5003] x.npy: its element type is c8. Save it as one of float16, float32, float64, int8, uint8, int16, uint16, int32, uint32, int64, uint64, bool, with numpy.save(file, array.astype(...)).
    [polyphase PP5003] x.npy: its element type is U2. Save it as one of float16, float32, float64, int8, uint8, int16, uint16, int32, uint32, int64, uint64, bool, with numpy.save(file, array.astype(...))."
  `);
});

describe('damaged files', () => {
  const whole = writeNpy(tensor([1, 2, 3, 4, 5, 6], [2, 3]));
  const damaged: readonly (readonly [string, Uint8Array])[] = [
    ['empty', new Uint8Array(0)],
    ['cut in the header', whole.slice(0, 20)],
    ['cut in an element', whole.slice(0, -3)],
    ['cut between elements', whole.slice(0, -4)],
    ['longer than its shape', Uint8Array.from([...whole, 0, 0, 0, 0])],
    ['a negative length', withHeader(whole, '2,3', '2,-')],
    ['no shape', withHeader(whole, 'shape', 'sharp')],
  ];
  test.each(damaged)('%s', async (_, bytes) => {
    expect(await messageOf(() => readNpy(Uint8Array.from(bytes), 'x.npy'))).toMatch(
      /^\[polyphase PP5003\] x\.npy: /,
    );
  });
});

function withHeader(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return new Uint8Array(Buffer.from(Buffer.from(bytes).toString('latin1').replace(from, to), 'latin1'));
}

test('every element type can be written', () => {
  const types: readonly DType[] = ['float16', 'float32', 'float64', 'int8', 'uint64', 'bool'];
  const read = types.map((dtype) => readNpy(new Uint8Array(writeNpy(tensor([1, 0], [2], dtype))), 'x.npy'));
  expect(read).toEqual(types.map((dtype) => tensor([1, 0], [2], dtype)));
});
