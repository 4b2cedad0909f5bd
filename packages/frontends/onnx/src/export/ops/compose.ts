import { ops, type Value } from '@polyphase/ir';
import type { Exporting } from '../exporting.ts';
import { scalar } from './shared.ts';

/** An operand or a number. */
type Term = Value | number;

/** Arithmetic on the elements of `like`'s type, for layers that are composed of several operators. */
export function arithmeticOf(context: Exporting, like: Value) {
  const value = (term: Term): Value =>
    typeof term === 'number' ? scalar(context, like.type.dtype, term) : term;
  const binary = (op: typeof ops.add) => (a: Term, b: Term) => context.make(op, { a: value(a), b: value(b) });
  const unary = (op: typeof ops.exp) => (x: Term) => context.make(op, { x: value(x) });
  return {
    add: binary(ops.add),
    sub: binary(ops.sub),
    mul: binary(ops.mul),
    div: binary(ops.div),
    pow: binary(ops.pow),
    min: binary(ops.min),
    max: binary(ops.max),
    less: binary(ops.less),
    equal: binary(ops.equal),
    abs: unary(ops.abs),
    exp: unary(ops.exp),
    log: unary(ops.log),
    neg: unary(ops.neg),
    sqrt: unary(ops.sqrt),
    tanh: unary(ops.tanh),
    where: (condition: Value, a: Term, b: Term) =>
      context.make(ops.where, { condition, a: value(a), b: value(b) }),
  };
}
