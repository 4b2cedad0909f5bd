import { type DType, type Op, sizeOf } from '@polyphase/ir';
import { collapsedBroadcast } from './collapse.ts';
import { naturalOrder, type Order, storedShape } from './order.ts';
import type { Call, Operand, Site } from './plan.ts';
import type { Tf, TfTensor } from './tf.ts';
import { type Translation, type TypeRule, translation } from './translation.ts';

export type UnaryFunction<A> = (tf: Tf, x: TfTensor, attributes: A, dtype: DType) => TfTensor;

/** A function of one element, whatever the order of the axes. */
export const unary = <A extends object>(
  op: Op<string, A>,
  f: UnaryFunction<A>,
  options: { readonly types?: TypeRule } = {},
): Translation =>
  translation(
    op,
    (site, attributes) => {
      const x = site.operand(0);
      return {
        kernel: op.name,
        operands: [x],
        orders: [x.order],
        run: (t) => f(site.tf, t!, attributes, x.dtype),
      };
    },
    options,
  );

/** The order in which most elements of the largest operands lie, so that the fewest are moved. */
export function preferredOrder(operands: readonly Operand[], rank: number): Order {
  const elements = new Map<string, { readonly order: Order; count: number }>();
  for (const { shape, order, host } of operands) {
    if (shape.length !== rank || host) continue;
    const entry = elements.get(order.join()) ?? { order, count: 0 };
    entry.count += sizeOf(shape);
    elements.set(order.join(), entry);
  }
  const ranked = [...elements.values()].sort((a, b) => b.count - a.count);
  return ranked[0]?.order ?? naturalOrder(rank);
}

/** An operand with axes of length 1 in front as broadcasting adds them, in the order of the others. */
export function aligned(site: Site, operand: Operand, rank: number, order: Order): Operand {
  if (operand.shape.length === rank) return site.arranged(operand, order);
  const natural = site.arranged(operand, naturalOrder(operand.shape.length));
  const shape = [...new Array<number>(rank - operand.shape.length).fill(1), ...operand.shape];
  const { tf } = site;
  // The axes put in front have length 1, wherever they go; the others keep their order among themselves or are transposed.
  const stretched = site.derive('reshape', [natural], { ...natural, shape }, (x) => tf.reshape(x, shape));
  return site.arranged({ ...stretched, order: naturalOrder(rank) }, order);
}

/** A function of elements that are broadcast to the shape of the output. */
export function broadcastCall(
  site: Site,
  kernel: string,
  operands: readonly Operand[],
  f: (...tensors: TfTensor[]) => TfTensor,
): Call {
  const { shape } = site.type();
  const order = preferredOrder(operands, shape.length);
  const all = operands.map((operand) => aligned(site, operand, shape.length, order));
  const stored = storedShape(shape, order);
  const merged =
    shape.length > 4 ? collapsedBroadcast(all.map((each) => storedShape(each.shape, order))) : undefined;
  const { tf } = site;
  return {
    kernel,
    operands: all,
    orders: [order],
    run: (...tensors) => {
      if (!merged) return f(...tensors);
      return tf.reshape(f(...tensors.map((x, i) => tf.reshape(x, merged[i]!))), stored);
    },
  };
}

export type BinaryFunction<A> = (
  site: Site,
  a: TfTensor,
  b: TfTensor,
  attributes: A,
  dtype: DType,
) => TfTensor;

/** A function of two elements. */
export const binary = <A extends object>(
  op: Op<string, A>,
  f: BinaryFunction<A>,
  types: TypeRule,
): Translation =>
  translation(
    op,
    (site, attributes) => {
      const operands = site.operands();
      const { dtype } = operands[0]!;
      return broadcastCall(site, op.name, operands, (a, b) => f(site, a!, b!, attributes, dtype));
    },
    { types },
  );
