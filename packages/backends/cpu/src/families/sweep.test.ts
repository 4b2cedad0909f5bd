import { type Graph, opOf, sizeOf, type Tensor, tensor, toNumbers, type Value } from '@polyphase/ir';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileGraph, constant, define, expectClose, modes, Region, samples } from '../graphs.testing.ts';

const unit = 2 ** -24;

/** A contraction, perhaps with a tail, and what it is run on. */
interface Case {
  readonly graph: Graph;
  readonly tensors: readonly Tensor[];
}

const magnitudes = ({ dtype, shape, data }: Tensor): Tensor =>
  tensor(
    toNumbers({ dtype, shape, data }).map((x) => Math.abs(x)),
    shape,
    dtype,
  );

/** The same contraction of magnitudes: the sum of |x * w| for each output, which rounding errors are measured by. */
function sumOfMagnitudes({ graph, tensors }: Case): Float64Array {
  const [node] = graph.nodes;
  const inputs = node!.inputs.map((value) =>
    value?.constant ? { ...value, constant: magnitudes(value.constant) } : value,
  );
  const absolute = { ...graph, nodes: [{ ...node!, inputs }] };
  return define(absolute, tensors.map(magnitudes)).get(node!.outputs[0]!)!.data;
}

/**
 * A sum of T products is off by less than (T + 1) roundings of the sum of their magnitudes, however it is ordered; the
 * tails add one rounding of what they add, and do not enlarge errors.
 */
async function expectExactUpToRounding(example: Case, relaxed: boolean): Promise<void> {
  const { graph, tensors } = example;
  const program = await compileGraph(graph, relaxed);
  await program.run(tensors);
  const [actual] = await program.run(tensors);
  const value = graph.outputs[0]!.value;
  const expected = define(graph, tensors).get(value)!.data;
  const magnitude = sumOfMagnitudes(example);
  const node = graph.nodes[0]!;
  const roundings = opOf(node).terms(node.inputs, node.attributes) + 2;
  const elements = toNumbers(actual!);
  for (const [i, wanted] of expected.entries())
    expectClose(
      elements.subarray(i, i + 1),
      Float64Array.of(wanted),
      roundings * unit * (magnitude[i]! + 4),
      unit,
    );
  expect(actual!.shape).toEqual(value.type.shape);
  program.dispose();
}

const tails = ['none', 'relu', 'residual', 'channel', 'column'] as const;
type Tail = (typeof tails)[number];

/** The contraction's output through a tail; operands of the tail become inputs. */
function withTail(region: Region, y: Value, tail: Tail): Value {
  const shape = y.type.shape as readonly number[];
  const ones = shape.slice(2).map(() => 1);
  if (tail === 'none') return y;
  if (tail === 'relu') return region.op('relu', [y]);
  const other = { residual: shape, channel: [shape[1] ?? 1, ...ones], column: shape.slice(-1) }[tail];
  return region.op('max', [region.op('add', [y, region.input(other)]), constant(samples([], 'float32', 9))]);
}

function caseOf(region: Region, y: Value): Case {
  const graph = region.graph(y);
  return {
    graph,
    tensors: graph.inputs.map(({ type }, i) => samples(type.shape as readonly number[], 'float32', i + 3)),
  };
}

const upTo = (most: number) => fc.integer({ min: 1, max: most });
const pads = fc.tuple(fc.integer({ min: -1, max: 3 }), fc.integer({ min: -1, max: 3 }));
const groups = fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: upTo(4) });

/** Everything that convolutions of 1, 2 and 3 axes may have, legal or not. */
const convolutions = upTo(3).chain((rank) => {
  const each = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: rank, maxLength: rank });
  return fc.record({
    lengths: each(upTo([70, 19, 7][rank - 1]!)),
    kernel: each(upTo(4)),
    stride: each(upTo(3)),
    dilation: each(upTo(3)),
    pads: each(pads),
    groups,
    batch: upTo(2),
    channels: upTo(6),
    rows: fc.oneof(upTo(9), fc.integer({ min: 10, max: 40 })),
    bias: fc.boolean(),
    plain: fc.boolean(),
    tail: fc.constantFrom(...tails),
  });
});
type Convolution = typeof convolutions extends fc.Arbitrary<infer T> ? T : never;

const weights = (shape: readonly number[]): Value => constant(samples(shape, 'float32', sizeOf(shape)));

/** With `plain`, a kernel of 1 that is moved by 1. */
function convCase(c: Convolution): Case {
  const ones = c.kernel.map(() => 1);
  const kernel = c.plain ? ones : c.kernel;
  const region = new Region();
  const x = region.input([c.batch, c.channels * c.groups, ...c.lengths]);
  const channels = c.rows * c.groups;
  const attributes = c.plain
    ? { stride: ones, dilation: ones, pads: ones.map(() => [0, 0]), groups: c.groups }
    : { stride: c.stride, dilation: c.dilation, pads: c.pads, groups: c.groups };
  const bias = c.bias ? weights([channels]) : undefined;
  const y = region.op('conv', [x, weights([channels, c.channels, ...kernel]), bias], attributes);
  return caseOf(region, withTail(region, y, c.tail));
}

function transposedCase(c: Convolution): Case {
  const region = new Region();
  const x = region.input([c.batch, c.channels * c.groups, ...c.lengths]);
  const attributes = { stride: c.stride, dilation: c.dilation, crop: c.pads, groups: c.groups };
  const bias = c.bias ? weights([c.rows * c.groups]) : undefined;
  const y = region.op(
    'convTranspose',
    [x, weights([c.channels * c.groups, c.rows, ...c.kernel]), bias],
    attributes,
  );
  return caseOf(region, withTail(region, y, c.tail));
}

const products = fc.record({
  batch: fc.constantFrom([], [2], [3, 2]),
  broadcastA: fc.boolean(),
  broadcastB: fc.boolean(),
  rows: upTo(12),
  inner: upTo(40),
  columns: upTo(40),
  known: fc.boolean(),
  vector: fc.boolean(),
  tail: fc.constantFrom('none' as const, 'relu' as const, 'residual' as const, 'column' as const),
});
type Product = typeof products extends fc.Arbitrary<infer T> ? T : never;

function productCase(c: Product): Case {
  const region = new Region();
  const ones = c.batch.map(() => 1);
  const vector = c.vector && c.batch.length === 0;
  const a = region.input(vector ? [c.inner] : [...(c.broadcastA ? ones : c.batch), c.rows, c.inner]);
  const shape = [...(c.broadcastB ? [] : c.batch), c.inner, c.columns];
  const b = c.known ? weights(shape) : region.input(shape);
  return caseOf(region, withTail(region, region.op('matMul', [a, b]), c.tail));
}

/** Attributes that leave nothing are no case. */
function legal<T>(make: (values: T) => Case, values: T): Case {
  try {
    return make(values);
  } catch (error) {
    return fc.pre(!String(error).includes('PP2')) as never;
  }
}

const property = <T>(values: fc.Arbitrary<T>, make: (values: T) => Case) =>
  fc.asyncProperty(values, fc.constantFrom(...modes), (drawn, relaxed) =>
    expectExactUpToRounding(legal(make, drawn), relaxed),
  );

const runs = { numRuns: 120, seed: 7 };

test('conv as defined, whatever its attributes', async () => {
  await fc.assert(property(convolutions, convCase), runs);
}, 60_000);

test('convTranspose as defined, whatever its attributes', async () => {
  await fc.assert(property(convolutions, transposedCase), runs);
}, 60_000);

test('matMul as defined, whatever its operands', async () => {
  await fc.assert(property(products, productCase), runs);
}, 60_000);
