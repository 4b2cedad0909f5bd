import {
  cast,
  castElement,
  type DType,
  evaluate,
  fromNumbers,
  make,
  type Op,
  ops,
  toDense,
  toNumbers,
} from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { tfjs } from './index.ts';
import { compiled, modelOf } from './models.testing.ts';

const most = 2 ** 31 - 1;
// float32 tells none of these from its neighbours.
const left = [16777217, -16777219, most, -most, 123456789, 7, -7, 0];
const right = [16777216, 65537, most - 1, 33554433, -987654321, 3, 3, 5];

type Binary = Op<string, object>;
const { add, sub, mul, div, mod, min, max, equal, less, greaterOrEqual } = ops as unknown as Record<
  string,
  Binary
>;

describe.each([
  ['cpu', [add, sub, mul, div, mod, min, max, equal, less, greaterOrEqual]],
  ['wasm', [add, sub, mul, mod, min, max, equal, less, greaterOrEqual]],
] as const)('int32 on %s', (name, operations) => {
  const backend = tfjs({ backend: name });

  test.each(operations.map((op) => [op!.name, op!] as const))('%s is exact beyond 2^24', async (_, op) => {
    const model = modelOf(
      { a: [8], b: [8] },
      ({ a, b }) => [make(op, { a: a!, b: b! } as never, {}, { name: 'y' })],
      'int32',
    );
    const [a, b] = [left, right].map((values) => fromNumbers('int32', [8], Float64Array.from(values)));
    const { y } = await (await compiled(model, backend)).run({ a: a!, b: b! });
    const [node] = model.graph().nodes;
    const [expected] = evaluate(node!, [toDense(a!), toDense(b!)]);
    const rounded = fromNumbers(expected!.dtype, [8], expected!.data);
    expect(toNumbers(y!)).toEqual(toNumbers(rounded));
  });
});

const samples: Readonly<Partial<Record<DType, readonly number[]>>> = {
  float32: [
    0,
    -0.5,
    2.5,
    -2.5,
    300,
    -300,
    70000,
    -70000,
    3e9,
    -3e9,
    Number.NaN,
    65519.9,
    65520,
    2 ** -25,
    1 + 2 ** -11,
    -Infinity,
  ],
  float16: [0, 1.5, -1.5, 300, -300, 65504, -65504, Number.NaN],
  int32: [0, 1, -1, 127, 128, 255, 256, 65535, 65536, -32769],
  int64: [0, 1, -1, 2 ** 31 - 1, -70000],
  uint8: [0, 1, 127, 128, 255],
  int8: [0, -128, 127],
  bool: [0, 1],
};
const targets: readonly DType[] = ['float32', 'float16', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'bool'];

describe.each(['cpu', 'wasm'])('casts on %s', (name) => {
  const backend = tfjs({ backend: name });
  const pairs = Object.keys(samples).flatMap((from) => targets.map((to) => [from as DType, to] as const));

  test.each(pairs)('%s to %s', async (from, to) => {
    const x = fromNumbers(from, [samples[from]!.length], Float64Array.from(samples[from]!));
    const model = modelOf(
      { x: x.shape },
      ({ x: given }) => [make(cast, { x: given! }, { to }, { name: 'y' })],
      from,
    );
    const { y } = await (await compiled(model, backend)).run({ x });
    const expected = toNumbers(x).map((value) => castElement(value, from, to));
    expect(toNumbers(y!)).toEqual(expected);
    expect(y!.dtype).toBe(to);
  });
});
