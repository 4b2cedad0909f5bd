import { ops, type Value } from '@polyphase/ir';
import { flag, float } from '../attributes.ts';
import { type Context, row, type Table } from '../row.ts';
import { from, scalar } from './shared.ts';

interface GemmNode {
  readonly alpha: number;
  readonly beta: number;
  readonly transA: boolean;
  readonly transB: boolean;
}

/** alpha * A' * B' + beta * C. */
function gemm(context: Context, a: Value, b: Value, c: Value | undefined, node: GemmNode): Value {
  const turn = (x: Value, turned: boolean, part: string): Value =>
    turned ? context.make(ops.transpose, { x }, { perm: [1, 0] }, part) : x;
  const scale = (x: Value, factor: number, part: string): Value => {
    const by = context.constant(scalar(x.type.dtype, factor), `${part}Factor`);
    return factor === 1 ? x : context.make(ops.mul, { a: x, b: by }, {}, part);
  };
  const isPlain = node.alpha === 1 && !c;
  const operands = { a: turn(a, node.transA, 'a'), b: turn(b, node.transB, 'b') };
  const product = context.make(ops.matMul, operands, {}, isPlain ? undefined : 'product');
  if (isPlain) return product;
  if (!c)
    return context.make(
      ops.mul,
      { a: product, b: context.constant(scalar(a.type.dtype, node.alpha), 'alpha') },
      {},
    );
  return context.make(ops.add, { a: scale(product, node.alpha, 'scaled'), b: scale(c, node.beta, 'c') }, {});
}

const gemmAttributes = { alpha: float(1), beta: float(1), transA: flag(false), transB: flag(false) };

export const matMul: Table = {
  Gemm: {
    6: row({
      inputs: ['a', 'b', 'c'],
      attributes: { ...gemmAttributes, broadcast: flag(false) },
      build: ({ a, b, c }, node, context) => gemm(context, a, b, c, node),
    }),
    7: row({
      inputs: ['a', 'b', 'c'],
      attributes: gemmAttributes,
      build: ({ a, b, c }, node, context) => gemm(context, a, b, c, node),
    }),
    11: row({
      inputs: ['a', 'b', 'c?'],
      attributes: gemmAttributes,
      build: ({ a, b, c }, node, context) => gemm(context, a, b, c, node),
    }),
  },
  MatMul: from(
    1,
    row({ inputs: ['a', 'b'], build: (operands, _, context) => context.make(ops.matMul, operands, {}) }),
  ),
};
