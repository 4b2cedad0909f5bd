import { expect, test } from 'vitest';
import type { DType } from '../dtype.ts';
import { calc, of } from './arrays.testing.ts';
import { cast } from './cast.ts';
import { itInfers, itRejects } from './ops.testing.ts';

const { NaN: nan } = Number;

/** By numpy 2.4.6; what ONNX leaves open (floats out of an integer's range) saturates, as in Rust and WebAssembly. */
test.each<readonly [from: DType, to: DType, x: readonly number[], expected: readonly number[]]>([
  ['float32', 'int32', [1.9, -1.9, 0.4], [1, -1, 0]],
  ['float32', 'int32', [3e9, -Infinity, nan], [2147483647, -2147483648, 0]],
  ['float32', 'uint8', [300.7, -1.5, Infinity], [255, 0, 255]],
  ['float32', 'int64', [-1.5, 2 ** 53], [-1, 2 ** 53]],
  ['float32', 'bool', [0, -0, 0.1, nan, -3], [0, 0, 1, 1, 1]],
  ['int64', 'uint8', [300, -1, 128], [44, 255, 128]],
  ['int64', 'int8', [300, -1, 128], [44, -1, -128]],
  ['bool', 'float32', [0, 1], [0, 1]],
  ['int8', 'bool', [0, 2, -1], [0, 1, 1]],
  ['float64', 'float32', [0.1], [0.10000000149011612]],
  ['float32', 'float16', [0.1, 65519, 65520, 1e-8, nan], [0.0999755859375, 65504, Infinity, 0, nan]],
])('%s to %s of %j', (from, to, x, expected) => {
  expect(calc(cast, [of(x, from)], { to })).toEqual(expected);
});

itInfers(cast, [[['float32[n, 2]'], { to: 'int64' }, ['int64[n, 2]']]]);

itRejects(cast, [
  [
    ['float32[2]'],
    { to: 'float' as DType },
    'PP2003] net/layer (cast): the type float does not exist. Use one of float32, float16, float64, int8',
  ],
]);
