import { expect, it } from 'vitest';
import type { DType } from '../dtype.ts';
import { evaluate } from '../evaluate.ts';
import type { TensorType, Value } from '../graph.ts';
import { type Interval, makeNode, type Op } from '../op.ts';
import { printType } from '../print.ts';
import { type Dense, sizeOf, stridesOf } from '../tensor.ts';
import { grid } from './shared.ts';

type Given = readonly (Dense | undefined)[];

export const dense = (
  shape: readonly number[],
  elements: readonly number[],
  dtype: DType = 'float32',
): Dense => ({
  dtype,
  shape,
  data: Float64Array.from(elements),
});

/** Integers from -5 to 5, (7 i + 3 seed) mod 11 - 5, whose products every runtime sums exactly. */
export const pattern = (shape: readonly number[], seed = 0, dtype: DType = 'float32'): Dense =>
  dense(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => ((7 * i + 3 * seed) % 11) - 5),
    dtype,
  );

/** 0, 1, 2... */
export const ramp = (shape: readonly number[]): Dense => dense(shape, [...Array(sizeOf(shape)).keys()]);

/** A type as `printType` writes it: `float32[n, 3, 224, 224]`. */
export function typeOf(text: string): TensorType {
  const [, dtype, lengths] = /^(\w+)\[(.*)\]$/.exec(text)!;
  const shape = lengths === '' ? [] : lengths!.split(',').map((length) => length.trim());
  return {
    dtype: dtype as DType,
    shape: shape.map((length) => (/^\d+$/.test(length) ? Number(length) : length)),
  };
}

const valuesOf = (types: readonly (TensorType | undefined)[]): (Value | undefined)[] =>
  types.map((type, i) => type && { name: `operand ${i}`, type });

const layer = { name: 'net/layer' };

/** The outputs of one layer of `op`. */
export function apply<A extends object>(op: Op<string, A>, operands: Given, attributes: Partial<A>): Dense[] {
  return evaluate(makeNode(op, valuesOf(operands), attributes, layer), operands);
}

/** The elements of the first output. */
export const elementsOf = <A extends object>(
  op: Op<string, A>,
  operands: Given,
  attributes: Partial<A>,
): number[] => [...apply(op, operands, attributes)[0]!.data];

/** Rounded to the seven significant digits that goldens are written with. */
export const sevenDigits = (elements: Iterable<number>): number[] =>
  Array.from(elements, (element) => Number(element.toPrecision(7)));

/** Rows of operand types, attributes and the types of the outputs, lengths open or not. */
export function itInfers<A extends object>(
  op: Op<string, A>,
  rows: readonly (readonly [
    operands: readonly (string | undefined)[],
    attributes: Partial<A>,
    outputs: readonly string[],
  ])[],
): void {
  it.each(rows)('%j %j -> %j', (operands, attributes, outputs) => {
    const values = valuesOf(operands.map((text) => (text === undefined ? undefined : typeOf(text))));
    const node = makeNode(op, values, attributes as Partial<A>, layer);
    expect(node.outputs.map(({ type }) => printType(type))).toEqual(outputs);
  });
}

/** Rows of operand types, attributes and the error's message after `[polyphase `. */
export function itRejects<A extends object>(
  op: Op<string, A>,
  rows: readonly (readonly [
    operands: readonly (string | undefined)[],
    attributes: Partial<A>,
    message: string,
  ])[],
): void {
  it.each(rows)('%j %j is refused', (operands, attributes, message) => {
    const values = valuesOf(operands.map((text) => (text === undefined ? undefined : typeOf(text))));
    expect(() => makeNode(op, values, attributes as Partial<A>, layer)).toThrow(`[polyphase ${message}`);
  });
}

const inside = (index: readonly number[], region: readonly Interval[]): boolean =>
  index.every((i, axis) => i >= region[axis]![0] && i < region[axis]![1]);

/** Replaces everything outside the intervals by `poison`. */
function keepOnly(x: Dense, region: readonly Interval[], poison: number): Dense {
  const strides = stridesOf(x.shape);
  const data = new Float64Array(x.data.length).fill(poison);
  for (const index of grid(x.shape)) {
    const at = index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0);
    if (inside(index, region)) data[at] = x.data[at]!;
  }
  return { ...x, data };
}

/** Every element of the first output is what it was when all that `reads` leaves out is `poison`. */
export function expectReadsSuffice<A extends object>(
  op: Op<string, A>,
  operands: Given,
  attributes: Partial<A>,
  poison = 1000,
): void {
  const node = makeNode(op, valuesOf(operands), attributes, layer);
  const [whole] = evaluate(node, operands);
  let at = 0;
  for (const index of grid(whole!.shape)) {
    const region = index.map((i): Interval => [i, i + 1]);
    const reads = op.reads(region, node.inputs, node.attributes);
    const cut = operands.map((x, i) => (x && reads[i] ? keepOnly(x, reads[i], poison) : x));
    expect(evaluate(node, cut)[0]!.data[at], `element [${index.join(', ')}]`).toBe(whole!.data[at]);
    at++;
  }
}
