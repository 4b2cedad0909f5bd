import { need, ops, type Value } from '@polyphase/ir';
import { flag, int } from '../attributes.ts';
import { type Context, row, type Table } from '../row.ts';
import { splitHeads } from './attention.ts';
import { from, lengthsOf, rankOf, type Steps, stepsOf } from './shared.ts';

interface RotaryNode {
  readonly interleaved: boolean;
  readonly num_heads: number | undefined;
  readonly rotary_embedding_dim: number;
}

interface RotaryOperands {
  readonly x: Value;
  readonly cos: Value;
  readonly sin: Value;
  readonly positions?: Value | undefined;
}

/** Part of the last axis: `length` elements from `start` on. */
function part({ make }: Steps, x: Value, start: number, length: number, step = 1): Value {
  const rank = rankOf(x);
  const last = <T>(here: T, elsewhere: T): T[] =>
    x.type.shape.map((_, axis) => (axis === rank - 1 ? here : elsewhere));
  const whole = lengthsOf(x);
  return make(
    ops.slice,
    { x },
    { start: last(start, 0), step: last(step, 1), length: whole.with(-1, length) },
  );
}

/** Turns the pairs (a, b) in x, its halves or its neighbours, by the angles whose cosine and sine are given. */
function rotate(steps: Steps, x: Value, cos: Value, sin: Value, isInterleaved: boolean): Value {
  const { make } = steps;
  const half = lengthsOf(x).at(-1)! / 2;
  const [a, b] = isInterleaved
    ? [part(steps, x, 0, half, 2), part(steps, x, 1, half, 2)]
    : [part(steps, x, 0, half), part(steps, x, half, half)];
  const times = (left: Value, right: Value): Value => make(ops.mul, { a: left, b: right });
  const real = make(ops.sub, { a: times(cos, a), b: times(sin, b) });
  const imaginary = make(ops.add, { a: times(sin, a), b: times(cos, b) });
  return isInterleaved
    ? interleaved(steps, real, imaginary)
    : make(ops.concat, { xs: [real, imaginary] }, { axis: rankOf(x) - 1 });
}

/** Rotates the first elements of each head by the angle of their place in the sequence; the others stay. */
function rotary(context: Context, { x, cos, sin, positions }: RotaryOperands, node: RotaryNode): Value {
  const steps = stepsOf(context);
  const { make, reshape } = steps;
  const split = splitHeads(steps, x, node.num_heads);
  const [batch, heads, sequence, size] = lengthsOf(split) as [number, number, number, number];
  const turned = node.rotary_embedding_dim || size;
  need(turned % 2 === 0 && turned <= size, 'PP2003', () => [
    `${turned} of the ${size} elements of a head are rotated`,
    'Use an even number of at most the size of a head',
  ]);
  const angles = (cache: Value): Value => {
    const own = positions ? make(ops.gather, { x: cache, indices: positions }, { axis: 0 }) : cache;
    return reshape(own, [batch, 1, sequence, turned / 2]);
  };
  const rotated = rotate(steps, part(steps, split, 0, turned), angles(cos), angles(sin), node.interleaved);
  const xs = turned === size ? [rotated] : [rotated, part(steps, split, turned, size - turned)];
  if (rankOf(x) === 4) return context.make(ops.concat, { xs }, { axis: 3 });
  const joined = make(ops.transpose, { x: make(ops.concat, { xs }, { axis: 3 }) }, { perm: [0, 2, 1, 3] });
  return context.make(ops.reshape, { x: joined }, { shape: [batch, sequence, heads * size] });
}

/** a0 b0 a1 b1 ... along the last axis. */
function interleaved({ make, reshape }: Steps, a: Value, b: Value): Value {
  const shape = lengthsOf(a);
  const columns = [a, b].map((x) => reshape(x, [...shape, 1]));
  const pairs = make(ops.concat, { xs: columns }, { axis: shape.length });
  return reshape(pairs, shape.with(-1, 2 * shape.at(-1)!));
}

export const rotaries: Table = {
  RotaryEmbedding: from(
    23,
    row({
      inputs: ['x', 'cos', 'sin', 'positions?'],
      attributes: { interleaved: flag(false), num_heads: int(), rotary_embedding_dim: int(0) },
      build: (operands, node, context) => rotary(context, operands, node),
    }),
  ),
};
