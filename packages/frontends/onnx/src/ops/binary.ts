import { normalAxis, type Op, ops, type Value } from '@polyphase/ir';
import { flag, int, oneOf, required } from '../attributes.ts';
import { type Context, row, type Table, type Versions } from '../row.ts';
import { from, rankOf, reshapeTo, scalar } from './shared.ts';

type Binary = Op<'a' | 'b', object>;

const plain = (op: Binary) =>
  row({ inputs: ['a', 'b'], build: (operands, _, context) => context.make(op, operands, {}) });

/** Before version 7 the axes of b were laid on those of a from `axis` on; without it, on the last ones. */
const aligned = (op: Binary) =>
  row({
    inputs: ['a', 'b'],
    attributes: { axis: int(), broadcast: flag(false) },
    build({ a, b }, { axis, broadcast }, context) {
      if (!broadcast || axis === undefined) return context.make(op, { a, b }, {});
      const behind = rankOf(a) - normalAxis(axis, rankOf(a)) - rankOf(b);
      const shape = [...b.type.shape, ...Array.from({ length: Math.max(behind, 0) }, () => 1)];
      return context.make(op, { a, b: reshapeTo(context, b, shape, 'aligned') }, {});
    },
  });

/** An operator that had `axis` and `broadcast` from version `old` on. */
const binary = (old: number, op: Binary): Versions => ({ [old]: aligned(op), 7: plain(op) });

const newBinary = (since: number, op: Binary): Versions => from(since, plain(op));

/** xs[0] op xs[1] op ...; `part` as in `make`. */
function chain(context: Context, op: Binary, xs: readonly Value[], part?: string): Value {
  const [first, ...rest] = xs as [Value, ...Value[]];
  if (rest.length === 0) return context.make(ops.identity, { x: first }, {}, part);
  return rest.reduce(
    (a, b, i) => context.make(op, { a, b }, {}, i === rest.length - 1 ? part : `${part ?? ''}${i}`),
    first,
  );
}

const variadic = (op: Binary): Versions =>
  from(6, row({ inputs: ['...xs'], build: ({ xs }, _, context) => chain(context, op, xs) }));

/** One slope, or one for each channel. */
const slopePerChannel = row({
  inputs: ['x', 'slope'],
  build({ x, slope }, _, context) {
    const behind = Math.max(rankOf(x) - 1 - rankOf(slope), 0);
    const shape = [...slope.type.shape, ...Array.from({ length: behind }, () => 1)];
    return context.make(ops.prelu, { a: x, b: reshapeTo(context, slope, shape, 'slope') }, {});
  },
});

export const binaries: Table = {
  Add: binary(6, ops.add),
  And: binary(1, ops.and),
  BitShift: from(
    11,
    row({
      inputs: ['a', 'b'],
      attributes: { direction: required(oneOf('LEFT', 'RIGHT')) },
      build: (operands, { direction }, context) =>
        context.make(direction === 'LEFT' ? ops.shiftLeft : ops.shiftRight, operands, {}),
    }),
  ),
  BitwiseAnd: newBinary(18, ops.bitAnd),
  BitwiseOr: newBinary(18, ops.bitOr),
  BitwiseXor: newBinary(18, ops.bitXor),
  Div: binary(6, ops.div),
  Equal: binary(1, ops.equal),
  Greater: binary(1, ops.greater),
  GreaterOrEqual: newBinary(12, ops.greaterOrEqual),
  Less: binary(1, ops.less),
  LessOrEqual: newBinary(12, ops.lessOrEqual),
  Max: variadic(ops.max),
  Mean: from(
    6,
    row({
      inputs: ['...xs'],
      build({ xs }, _, context) {
        const sum = chain(context, ops.add, xs, 'sum');
        const count = context.constant(scalar(sum.type.dtype, xs.length), 'count');
        return context.make(ops.div, { a: sum, b: count }, {});
      },
    }),
  ),
  Min: variadic(ops.min),
  Mod: from(
    10,
    row({
      inputs: ['a', 'b'],
      attributes: { fmod: flag(false) },
      build: (operands, attributes, context) => context.make(ops.mod, operands, attributes),
    }),
  ),
  Mul: binary(6, ops.mul),
  Or: binary(1, ops.or),
  PRelu: { 6: slopePerChannel, 7: plain(ops.prelu) },
  Pow: binary(1, ops.pow),
  Sub: binary(6, ops.sub),
  Sum: variadic(ops.add),
  Xor: binary(1, ops.xor),
};
