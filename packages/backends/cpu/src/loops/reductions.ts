import { identityOf, type LoopVar, type ReduceName } from '@polyphase/kernel';
import type { Expr } from '../wasm/index.ts';
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
}

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
  const parts = writer.f.let(`${op}s`, four.splat(type, identity(node)));
  const whole = () => void writer.f.set(parts, four.binary(joins[op], type, parts, writer.vector(body)));
  nest(writer, loops.slice(0, -1), body, () =>
    writer.lanes(lane, [body], { from: 0, to: lane.extent }, { whole, rest: step }),
  );
  for (const part of [0, 1, 2, 3]) join(four.extract(type, parts, part));
  return total;
}

/** Four folds, one in each lane. */
export function foldLanes(writer: FoldWriter, node: ReduceNode): Vector {
  const { op, type, loops, body } = node;
  const totals = writer.f.let(`${op}s`, four.splat(type, identity(node)));
  nest(writer, loops, body, () =>
    writer.f.set(totals, four.binary(joins[op], type, totals, writer.vector(body))),
  );
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
