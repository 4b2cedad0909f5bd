import {
  type AxisResampling,
  type AxisTable,
  axisTable,
  type Node,
  ops,
  type UpsampleAttributes,
  upsample,
  type Value,
} from '@polyphase/ir';
import { constant } from './constants.ts';
import { type Form, form, Parts } from './form.ts';

/**
 * What onnxruntime's own form takes for one output element, in multiply-adds of its matrix product (80 G a second on one
 * core of an EPYC with AVX-512): Resize linear 1.6 ns, Resize cubic 80 ns, all taps gathered, weighed and summed 25 ns.
 */
const ownCost = { linear: 130, cubic: 6000, tables: 2000 };

/** The pass over the input that looks for NaN and infinity, for one output element. */
const watchCost = 25;

/** A gain below this is not worth a form that may have to be run twice. */
const leastGain = 1.5;

/** The most elements of one matrix. */
const largestMatrix = 2 ** 22;

export type ResampledBy = 'Resize' | 'tables';

/**
 * upsample -> a matrix product for each axis. A weight of 0 times a NaN is NaN, so that the form holds for finite inputs
 * only. `by` says how the layer would be written otherwise.
 */
export const asMatrices = (by: (node: Node) => ResampledBy): Form =>
  form('matrices', upsample, (node) => {
    const x = node.inputs[0]!;
    const { axes } = node.attributes;
    if (
      x.type.dtype !== 'float32' ||
      x.type.shape.includes(0) ||
      axes.every(({ filter }) => filter.kind === 'nearest')
    )
      return undefined;
    const tables = axes.map(axisTable);
    if (tables.some(({ outside }) => outside?.includes(1))) return undefined;
    const lengths = axes.map(lengthsOf);
    if (lengths.some(([from, to]) => from * to > largestMatrix)) return undefined;
    if (leastGain * (productsAnOutput(lengths) + watchCost) > costOf(node, by(node))) return undefined;
    const parts = new Parts(node);
    const y = axes.reduce((value, spec, i) => alongAxis(parts, value, spec.axis, tables[i]!), x);
    parts.make(ops.reshape, { x: y }, { shape: node.outputs[0]!.type.shape });
    return { nodes: parts.nodes, finite: [x] };
  });

const lengthsOf = ({ from, to }: AxisResampling): readonly [from: number, to: number] => [
  from as number,
  to as number,
];

/** Multiply-adds for one element of the output, one axis after the other. */
function productsAnOutput(lengths: readonly (readonly [from: number, to: number])[]): number {
  return lengths.reduce((sum, [from], i) => {
    const later = lengths.slice(i + 1).reduce((all, [from, to]) => (all * from) / to, 1);
    return sum + from * later;
  }, 0);
}

function costOf({ attributes }: Node<UpsampleAttributes>, by: ResampledBy): number {
  if (by === 'tables') return ownCost.tables;
  const { filter, antialias } = attributes.axes[0]!;
  if (antialias) return 0;
  return filter.kind === 'linear' || filter.kind === 'cubic' ? ownCost[filter.kind] : 0;
}

/** [outer, from, inner] by the matrix on its left; without an inner axis by the transposed one on its right. */
function alongAxis(parts: Parts, x: Value, axis: number, table: AxisTable): Value {
  const shape = x.type.shape as readonly number[];
  const product = (lengths: readonly number[]): number => lengths.reduce((all, n) => all * n, 1);
  const [outer, from, inner] = [product(shape.slice(0, axis)), shape[axis]!, product(shape.slice(axis + 1))];
  const to = table.first.length;
  const flat = parts.make(ops.reshape, { x }, { shape: inner === 1 ? [outer, from] : [outer, from, inner] });
  const a = matrixOf(table, from, inner === 1);
  const y = parts.make(ops.matMul, inner === 1 ? { a: flat, b: a } : { a, b: flat });
  return parts.make(ops.reshape, { x: y }, { shape: shape.with(axis, to) });
}

/** [to, from], or transposed. */
function matrixOf({ taps, first, weights }: AxisTable, from: number, transposed: boolean): Value {
  const to = first.length;
  const numbers = new Float64Array(from * to);
  for (let o = 0; o < to; o++)
    for (let t = 0; t < taps; t++) {
      const i = first[o]! + t;
      numbers[transposed ? i * to + o : o * from + i]! += weights[o * taps + t]!;
    }
  return constant('float32', transposed ? [from, to] : [to, from], numbers, 'table');
}
