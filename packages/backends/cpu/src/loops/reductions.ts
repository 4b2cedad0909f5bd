import { identityOf, type LoopVar, type ReduceName } from '@polyphase/kernel';
import type { Expr, Local } from '../wasm/index.ts';
import { lanesOfReduction } from './lanes.ts';
import type { Node, ReduceNode } from './nodes.ts';
import * as one from './scalar-ops.ts';
import * as four from './vector-ops.ts';

type Vector = Expr<'v128'>;

/** The operation that a fold repeats. */
export const joins: Readonly<Record<ReduceName, 'add' | 'mul' | 'max' | 'min'>> = {
  sum: 'add',
  prod: 'mul',
  max: 'max',
  min: 'min',
};

interface Range {
  readonly from: number;
  readonly to: number;
}

/** What the code of a fold is written with: see `Evaluator`. */
export interface FoldWriter extends one.Target {
  readonly lane: LoopVar | undefined;
  scalar(node: Node): Expr;
  vector(node: Node): Vector;
  loop(loop: LoopVar, roots: readonly Node[], range: Range, body: () => void): void;
  lanes(loop: LoopVar, roots: readonly Node[], range: Range, bodies: { whole(): void; rest(): void }): void;
  sideBySide(loop: LoopVar, roots: readonly Node[], range: Range, bodies: readonly (() => void)[]): void;
}

/** Folds that go on side by side, since each step of one waits for the step before. */
const mostParts = 4;

/** A fold, in four parts at a time where its elements lie side by side. */
export function fold(writer: FoldWriter, node: ReduceNode): Expr {
  const { op, type, loops, body } = node;
  const total = writer.f.let(op, identity(node));
  const join = (value: Expr) => {
    writer.f.set(total, one.binary(writer, joins[op], type, total, value));
  };
  const step = () => join(writer.scalar(body));
  const lane = writer.lane ? undefined : lanesOfReduction(node);
  if (!lane) {
    nest(writer, loops, body, step);
    return total;
  }
  const { extent } = lane;
  const count = extent >= 16 * mostParts ? mostParts : 1;
  const parts = Array.from({ length: count }, () => writer.f.let(`${op}s`, four.splat(type, identity(node))));
  const steps = parts.map((part) => () => joinLanes(writer, node, part, writer.vector(body)));
  const whole = count > 1 ? extent - (extent % (4 * count)) : 0;
  nest(writer, loops.slice(0, -1), body, () => {
    if (whole > 0) writer.sideBySide(lane, [body], { from: 0, to: whole }, steps);
    writer.lanes(lane, [body], { from: whole, to: extent }, { whole: steps[0]!, rest: step });
  });
  const [all, ...others] = parts;
  for (const part of others) joinLanes(writer, node, all!, part);
  for (const part of [0, 1, 2, 3]) join(four.extract(type, all!, part));
  return total;
}

/** Joins four values to those that have been folded. */
function joinLanes({ f }: FoldWriter, { op, type }: ReduceNode, total: Local<'v128'>, value: Vector): void {
  if (type !== 'f32' || (op !== 'max' && op !== 'min')) {
    f.set(total, four.binary(joins[op], type, total, value));
    return;
  }
  f.set(total, four.extreme(op, total, f.let('value', value)));
}

/** Four folds, one in each lane. */
export function foldLanes(writer: FoldWriter, node: ReduceNode): Vector {
  const { op, type, loops, body } = node;
  const totals = writer.f.let(`${op}s`, four.splat(type, identity(node)));
  nest(writer, loops, body, () => joinLanes(writer, node, totals, writer.vector(body)));
  return totals;
}

/** The loops of a fold around what it does at each step. */
function nest(writer: FoldWriter, [loop, ...inner]: readonly LoopVar[], body: Node, step: () => void): void {
  if (loop) writer.loop(loop, [body], { from: 0, to: loop.extent }, () => nest(writer, inner, body, step));
  else step();
}

function identity({ op, type }: ReduceNode): Expr {
  const empty = identityOf(op, type);
  return one.constant(type, empty.kind === 'const' ? empty.value : 0);
}
