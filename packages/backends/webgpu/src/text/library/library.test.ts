/** The functions of the library against JavaScript's, over their whole ranges. */
import { Network } from '@polyphase/conformance';
import { type DataArray, type DType, type OpName, ops, type Tensor } from '@polyphase/ir';
import { afterAll, expect, test } from 'vitest';
import { webgpu } from '../../index.ts';

const gpu = webgpu();
afterAll(() => gpu.close());

/** A layer on the device, whose operands are vectors of one type. */
async function compute(op: OpName, operands: readonly Tensor[], attributes: object = {}): Promise<DataArray> {
  const n = new Network();
  const values = operands.map((tensor, i) => ({
    name: `x${i}`,
    type: { dtype: tensor.dtype, shape: tensor.shape },
  }));
  const node = n.add(ops[op] as never, values, attributes as never);
  const graph = {
    name: op,
    inputs: values,
    nodes: [node],
    outputs: [{ name: 'y', value: node.outputs[0]! }],
  };
  const program = await gpu.compile(graph as never, {});
  const [y] = (await program.run(operands)) as readonly Tensor[];
  program.dispose();
  return y!.data;
}

const vector = (dtype: DType, data: DataArray): Tensor => ({ dtype, shape: [data.length], data }) as Tensor;

/** A generator of numbers from 0 to 1, the same in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Numbers of both signs whose sizes are spread over their exponents. */
function spread(count: number, least: number, most: number, seed = 1): Float32Array<ArrayBuffer> {
  const next = random(seed);
  const size = () => Math.exp(Math.log(least) + next() * (Math.log(most) - Math.log(least)));
  return Float32Array.from({ length: count }, () => (next() < 0.5 ? -1 : 1) * size());
}

const step = (value: number): number => 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -126) - 23);

/** Units in the last place by which results differ at most; infinities and NaN must agree. */
function worst(found: DataArray, wanted: readonly number[]): number {
  return wanted.reduce((most, exact, i) => {
    const value = Number(found[i]);
    const rounded = Math.fround(exact);
    if (!Number.isFinite(rounded)) return Object.is(value, rounded) ? most : Number.POSITIVE_INFINITY;
    // Results below the normal numbers may be flushed.
    if (Math.abs(exact) < 2 ** -126 && Math.abs(value) < 2 ** -125) return most;
    return Math.max(most, Math.abs(value - exact) / step(exact));
  }, 0);
}

test.each<[OpName, (x: number) => number, number, number]>([
  ['exp', Math.exp, 1e-6, 103],
  ['log', (x) => Math.log(x), 1e-37, 3e38],
  ['tanh', Math.tanh, 1e-30, 60],
  ['sin', Math.sin, 1e-30, 3e38],
  ['cos', Math.cos, 1e-30, 3e38],
  ['tan', Math.tan, 1e-30, 3e38],
  ['asin', Math.asin, 1e-20, 1.2],
  ['acos', Math.acos, 1e-20, 1.2],
  ['atan', Math.atan, 1e-20, 1e20],
  ['sinh', Math.sinh, 1e-20, 95],
  ['cosh', Math.cosh, 1e-20, 95],
  ['asinh', Math.asinh, 1e-20, 1e30],
  ['acosh', Math.acosh, 0.9, 1e30],
  ['atanh', Math.atanh, 1e-20, 1.1],
])('%s is within 5 units in the last place', async (op, definition, least, most) => {
  const x = spread(4000, least, most);
  x.set([0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, -1]);
  const y = await compute(op, [vector('float32', x)]);
  expect(worst(y, Array.from(x, definition))).toBeLessThan(5);
});

test('pow is within 16 units, and has the ends that IEEE 754 gives it', async () => {
  const [a, b] = [spread(4000, 1e-3, 1e3, 1), spread(4000, 1e-2, 12, 2)];
  const ends = [0, -0, 1, -1, 2, -2, 0.5, -3, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const pairs = ends.flatMap((x) => ends.map((y) => [x, y] as const));
  a.set(pairs.map(([x]) => x));
  b.set(pairs.map(([, y]) => y));
  const power = (x: number, y: number): number =>
    x === 1 || (x === -1 && !Number.isFinite(y) && !Number.isNaN(y)) ? 1 : x ** y;
  const wanted = Array.from(a, (x, i) => power(x, b[i]!));
  expect(worst(await compute('pow', [vector('float32', a), vector('float32', b)]), wanted)).toBeLessThan(16);
});

test('remainders are exact', async () => {
  const [a, b] = [spread(2000, 1e-6, 1e30, 1), spread(2000, 1e-6, 1e30, 2)];
  const y = await compute('mod', [vector('float32', a), vector('float32', b)], { fmod: true });
  expect(y).toEqual(Float32Array.from(a, (x, i) => x % b[i]!));
});

const integers = (seed: number): BigInt64Array<ArrayBuffer> => {
  const next = random(seed);
  const word = (): bigint => BigInt(Math.floor(next() * 2 ** 32));
  const drawn = BigInt64Array.from(
    { length: 1000 },
    () =>
      BigInt.asIntN(64, ((word() << 32n) | word()) >> BigInt(Math.floor(next() * 64))) *
      (next() < 0.5 ? -1n : 1n),
  );
  drawn.set([0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 32n, -(2n ** 31n)]);
  return drawn;
};

test.each<[OpName, (a: bigint, b: bigint) => bigint, object?]>([
  ['add', (a, b) => a + b],
  ['sub', (a, b) => a - b],
  ['mul', (a, b) => a * b],
  ['div', (a, b) => (b === 0n ? 0n : a / b)],
  ['mod', (a, b) => (b === 0n ? 0n : a % b), { fmod: true }],
  ['max', (a, b) => (a > b ? a : b)],
  ['bitXor', (a, b) => a ^ b],
])('%s of int64 is exact', async (op, definition, attributes) => {
  const [a, b] = [integers(1), integers(2).reverse()];
  const y = await compute(op, [vector('int64', a), vector('int64', b)], attributes);
  expect(y).toEqual(BigInt64Array.from(a, (x, i) => BigInt.asIntN(64, definition(x, b[i]!))));
});

const doubles = (seed: number): Float64Array<ArrayBuffer> => {
  const next = random(seed);
  const drawn = Float64Array.from(
    { length: 1500 },
    () => (next() - 0.5) * 2 ** Math.floor((next() - 0.5) * 120),
  );
  const special = [
    0,
    -0,
    1,
    -1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    5e-324,
    1e308,
    2 ** 52 + 0.5,
  ];
  drawn.set(special.map((_, i) => special[(i * seed) % special.length]!));
  return drawn;
};

test.each<[OpName, (a: number, b: number) => number]>([
  ['add', (a, b) => a + b],
  ['sub', (a, b) => a - b],
  ['mul', (a, b) => a * b],
  ['div', (a, b) => a / b],
  ['min', Math.min],
])('%s of float64 is rounded as IEEE 754 has it', async (op, definition) => {
  const [a, b] = [doubles(1), doubles(3)];
  const y = await compute(op, [vector('float64', a), vector('float64', b)]);
  expect(y).toEqual(Float64Array.from(a, (x, i) => definition(x, b[i]!)));
});

test.each<[OpName, (x: number) => number]>([
  ['floor', Math.floor],
  ['ceil', Math.ceil],
  ['neg', (x) => -x],
])('%s of float64', async (op, definition) => {
  const x = doubles(1);
  expect(await compute(op, [vector('float64', x)])).toEqual(Float64Array.from(x, definition));
});

test('square roots of float64 are within one unit in the last place', async () => {
  const x = doubles(1).map(Math.abs);
  const y = (await compute('sqrt', [vector('float64', x)])) as Float64Array;
  for (const [i, value] of x.entries()) {
    const exact = Math.sqrt(value);
    if (Number.isFinite(exact)) expect(Math.abs(y[i]! - exact)).toBeLessThanOrEqual(exact * 2 ** -52);
    else expect(y[i]).toBe(exact);
  }
});
