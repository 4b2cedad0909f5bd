import type { Expr } from '../wasm/index.ts';
import { type BinaryNode, type Node, operandsOf } from './nodes.ts';
import * as one from './scalar-ops.ts';
import * as four from './vector-ops.ts';

type Vector = Expr<'v128'>;

/** The operation of a node on values that have been computed. */
export function apply(target: one.Target, node: Node, [a, b, c]: readonly Expr[]): Expr {
  switch (node.kind) {
    case 'unary':
      return one.unary(target, node.op, node.type, a!);
    case 'binary':
      // Division of what is never negative needs no care for signs.
      return one.binary(target, node.op, node.most === undefined ? node.type : 'u32', a!, b!);
    case 'compare':
      return one.compare(node.op, node.a.type, a!, b!);
    case 'select':
      return one.choose(a as Expr<'i32'>, b!, c!);
    case 'convert':
      return one.convert(node.type, node.x.type, a!);
    case 'narrow':
      return one.narrow(target, node.dtype, a!);
    default:
      throw new TypeError(`${node.kind} is no operation`);
  }
}

/** Operands in four lanes, or alone where all four are the same. */
export interface LaneOperands {
  vector(operand: Node): Vector;
  scalar(operand: Node): Expr | undefined;
}

/** The same in four lanes. */
export function applyLanes(target: one.Target, node: Node, operands: LaneOperands): Vector {
  const vectors = () =>
    operandsOf(node).map((operand) => operands.vector(operand)) as [Vector, Vector, Vector];
  switch (node.kind) {
    case 'unary':
      if (!four.hasUnary(node.op, node.type)) return laneByLane(target, node, operands);
      return four.unary(target, node.op, node.type, vectors()[0]);
    case 'binary':
      return binary(target, node, operands);
    case 'compare':
      return four.compare(node.op, node.a.type, ...(vectors().slice(0, 2) as [Vector, Vector]));
    case 'select':
      return four.select(...vectors());
    case 'convert':
      return four.convert(node.type, node.x.type, vectors()[0]);
    case 'narrow':
      return four.narrow(target, node.dtype, vectors()[0]);
    default:
      throw new TypeError(`${node.kind} is no operation`);
  }
}

function binary(target: one.Target, node: BinaryNode, operands: LaneOperands): Vector {
  const { op, type, a, b, most } = node;
  const known = b.kind === 'const' ? b.value : Number.NaN;
  if ((op === 'shl' || op === 'shr') && known >= 0 && known < 32)
    return four.shift(op, type, operands.vector(a), known);
  if ((op === 'div' || op === 'mod') && most !== undefined && four.dividesExactly(most, known))
    return four.divide(target, op, operands.vector(a), most, known);
  if (!four.hasBinary(op, type)) return laneByLane(target, node, operands);
  const [x, y] = [operands.vector(a), operands.vector(b)];
  const isLimit = (op === 'min' || op === 'max') && type === 'f32' && !Number.isNaN(known);
  return isLimit ? four.limit(op, x, y) : four.binary(op, type, x, y);
}

function laneByLane(target: one.Target, node: Node, operands: LaneOperands): Vector {
  const { f } = target;
  const inputs = operandsOf(node).map((operand) => {
    const same = operands.scalar(operand);
    return same ? () => same : extractor(target, operand, operands.vector(operand));
  });
  const result = f.local('result', 'v128');
  for (const lane of [0, 1, 2, 3]) {
    const values = inputs.map((input) => input(lane));
    f.set(result, four.replace(node.type, result, apply(target, node, values), lane));
  }
  return result;
}

function extractor({ f }: one.Target, { type }: Node, value: Vector): (lane: number) => Expr {
  const lanes = f.let('lanes', value);
  return (lane) => four.extract(type, lanes, lane);
}
