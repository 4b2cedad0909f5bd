import {
  type DType,
  fromNumbers,
  type Graph,
  opOf,
  sizeOf,
  type Tensor,
  toNumbers,
  type Value,
} from '@polyphase/ir';
import fc from 'fast-check';
import { expect } from 'vitest';
import { drilledWorkers } from '../drilled.testing.ts';
import { compileFor, constant, define, expectClose, modes, Region, samples } from '../graphs.testing.ts';
import { type Pin, pins, variantOf } from './pins.ts';

const unit = 2 ** -24;
/** Of what results are stored in, and what a fused layer may have been rounded to on the way. */
const halfUnit = 2 ** -11;
const storedUnit = ({ type }: Value): number => (type.dtype === 'float16' ? halfUnit : unit);

/** What a graph is compiled for. */
export interface Setting {
  readonly relaxed: boolean;
  readonly threads: number;
  readonly family: Pin;
}

const workers = drilledWorkers();

/** All settings of these families. */
export const settingsOf = (families: readonly Pin[]): fc.Arbitrary<Setting> =>
  fc.record({
    relaxed: fc.constantFrom(...modes),
    threads: fc.integer({ min: 1, max: 3 }),
    family: fc.constantFrom(...families),
  });

/** Families of plain sums. */
export const plainPins = pins.filter((pin) => !variantOf(pin));

const compileIn = (graph: Graph, { relaxed, threads, family }: Setting) =>
  compileFor(graph, relaxed, { family }, workers(threads));

/** A contraction, perhaps with a tail, and what it is run on. */
export interface Case {
  readonly graph: Graph;
  readonly tensors: readonly Tensor[];
}

const magnitudes = ({ dtype, shape, data }: Tensor): Tensor =>
  fromNumbers(
    dtype,
    shape,
    toNumbers({ dtype, shape, data } as Tensor).map((x) => Math.abs(x)),
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
export async function expectExactUpToRounding(example: Case, setting: Setting): Promise<void> {
  const { graph, tensors } = example;
  const program = await compileIn(graph, setting);
  await program.run(tensors);
  const [actual] = await program.run(tensors);
  const value = graph.outputs[0]!.value;
  const expected = define(graph, tensors).get(value)!.data;
  const magnitude = sumOfMagnitudes(example);
  const node = graph.nodes[0]!;
  const roundings = opOf(node).terms(node.inputs, node.attributes) + 2;
  const elements = toNumbers(actual!);
  const stored = storedUnit(value);
  const relative = roundings * unit + tailRoundings * stored;
  for (const [i, wanted] of expected.entries())
    expectClose(elements.subarray(i, i + 1), Float64Array.of(wanted), relative * (magnitude[i]! + 4), stored);
  expect(actual!.shape).toEqual(value.type.shape);
  program.dispose();
}

/** What a tail may round to the type of the elements on the way: the sum, and what is added to it. */
const tailRoundings = 2;
export const tails = ['none', 'relu', 'residual', 'channel', 'column'] as const;
type Tail = (typeof tails)[number];

/** The contraction's output through a tail; operands of the tail become inputs. */
export function withTail(region: Region, y: Value, tail: Tail): Value {
  const shape = y.type.shape as readonly number[];
  const ones = shape.slice(2).map(() => 1);
  if (tail === 'none') return y;
  if (tail === 'relu') return region.op('relu', [y]);
  const other = { residual: shape, channel: [shape[1] ?? 1, ...ones], column: shape.slice(-1) }[tail];
  const { dtype } = y.type;
  const sum = region.op('add', [y, region.input(other, dtype)]);
  return region.op('max', [sum, constant(samples([], dtype, 9))]);
}

export function caseOf(region: Region, y: Value): Case {
  const graph = region.graph(y);
  return {
    graph,
    tensors: graph.inputs.map(({ type: { shape, dtype } }, i) =>
      samples(shape as readonly number[], dtype, i + 3),
    ),
  };
}

export const upTo = (most: number) => fc.integer({ min: 1, max: most });
export const pads = fc.tuple(fc.integer({ min: -1, max: 3 }), fc.integer({ min: -1, max: 3 }));
export const groups = fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: upTo(4) });

export const dtypes: fc.Arbitrary<DType> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<DType>('float32') },
  { weight: 1, arbitrary: fc.constant<DType>('float16') },
);

/** Everything that convolutions of 1, 2 and 3 axes may have, legal or not. */
export const convolutions = upTo(3).chain((rank) => {
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
    dtype: dtypes,
  });
});
export type Convolution = typeof convolutions extends fc.Arbitrary<infer T> ? T : never;

export const weights = (shape: readonly number[], dtype: DType): Value =>
  constant(samples(shape, dtype, sizeOf(shape)));

/** With `plain`, a kernel of 1 that is moved by 1. */
export function convCase(c: Convolution): Case {
  const ones = c.kernel.map(() => 1);
  const kernel = c.plain ? ones : c.kernel;
  const region = new Region();
  const x = region.input([c.batch, c.channels * c.groups, ...c.lengths], c.dtype);
  const channels = c.rows * c.groups;
  const attributes = c.plain
    ? { stride: ones, dilation: ones, pads: ones.map(() => [0, 0]), groups: c.groups }
    : { stride: c.stride, dilation: c.dilation, pads: c.pads, groups: c.groups };
  const bias = c.bias ? weights([channels], c.dtype) : undefined;
  const w = weights([channels, c.channels, ...kernel], c.dtype);
  const y = region.op('conv', [x, w, bias], attributes);
  return caseOf(region, withTail(region, y, c.tail));
}

export function transposedCase(c: Convolution): Case {
  const region = new Region();
  const x = region.input([c.batch, c.channels * c.groups, ...c.lengths], c.dtype);
  const attributes = { stride: c.stride, dilation: c.dilation, crop: c.pads, groups: c.groups };
  const bias = c.bias ? weights([c.rows * c.groups], c.dtype) : undefined;
  const w = weights([c.channels * c.groups, c.rows, ...c.kernel], c.dtype);
  const y = region.op('convTranspose', [x, w, bias], attributes);
  return caseOf(region, withTail(region, y, c.tail));
}

/** Attributes that leave nothing are no case. */
export function legal<T>(make: (values: T) => Case, values: T): Case {
  try {
    return make(values);
  } catch (error) {
    return fc.pre(!String(error).includes('PP2')) as never;
  }
}

/** The most that Winograd tiles may be off, of the largest output. */
const largestError = 5e-6;

/** Within the stated part of the largest sum of magnitudes; whether a step of the program has tiles. */
export async function expectCloseInTiles(example: Case, setting: Setting): Promise<boolean> {
  const { graph, tensors } = example;
  const program = await compileIn(graph, setting);
  await program.run(tensors);
  const [actual] = await program.run(tensors);
  const value = graph.outputs[0]!.value;
  const expected = define(graph, tensors).get(value)!.data;
  const largest = sumOfMagnitudes(example).reduce((most, sum) => Math.max(most, sum), 4);
  const stored = storedUnit(value);
  const relative = largestError + (stored === unit ? 0 : tailRoundings * stored);
  expectClose(toNumbers(actual!), expected, relative * largest, stored);
  expect(actual!.shape).toEqual(value.type.shape);
  const { steps } = program.report;
  program.dispose();
  return steps.some(({ errorFactor = 1 }) => errorFactor > 1);
}
