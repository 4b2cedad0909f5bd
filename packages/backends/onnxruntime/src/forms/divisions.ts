import { dtypes, isInteger, type Node, ops, toNumbers, type Value } from '@polyphase/ir';
import { constant } from './constants.ts';
import { type Form, Parts, type Reformed } from './form.ts';

/** Processors trap on a division of integers by 0, and of the least one by -1, and so take the whole program down. */
const mayTrap = (divisor: Value): boolean =>
  !divisor.constant || toNumbers(divisor.constant).some((value) => value === 0 || value === -1);

/** a / b and a mod b of integers -> the same by 1 where b is 0 or -1, and there what the definition says: 0, -a, 0. */
export const guardedDivision: Form = {
  name: 'guarded-division',
  of(node: Node): Reformed | undefined {
    if (node.op !== ops.div.name && node.op !== ops.mod.name) return undefined;
    const [a, b] = node.inputs as [Value, Value];
    if (!isInteger(a.type.dtype) || !mayTrap(b)) return undefined;
    return node.op === ops.div.name ? quotient(node, a, b) : remainder(node, a, b);
  },
};

const number = ({ type: { dtype } }: Value, value: number): Value =>
  constant(dtype, [], Float64Array.of(value), `${value}`);

function quotient(node: Node, a: Value, b: Value): Reformed {
  const parts = new Parts(node);
  const isZero = parts.make(ops.equal, { a: b, b: number(b, 0) });
  const safe = safeDivisor(parts, b, isZero);
  const divided = parts.make(ops.div, { a, b: safe.divisor });
  const negated = safe.isMinusOne
    ? parts.make(ops.where, {
        condition: safe.isMinusOne,
        a: parts.make(ops.sub, { a: number(a, 0), b: a }),
        b: divided,
      })
    : divided;
  parts.make(ops.where, { condition: isZero, a: number(a, 0), b: negated });
  return { nodes: parts.nodes };
}

/** By 1 the remainder is 0, as it is by -1 and, as defined, by 0. */
function remainder(node: Node, a: Value, b: Value): Reformed {
  const parts = new Parts(node);
  const isZero = parts.make(ops.equal, { a: b, b: number(b, 0) });
  parts.make(ops.mod, { a, b: safeDivisor(parts, b, isZero).divisor }, node.attributes);
  return { nodes: parts.nodes };
}

function safeDivisor(parts: Parts, b: Value, isZero: Value) {
  const one = number(b, 1);
  if (dtypes[b.type.dtype].kind === 'uint')
    return { divisor: parts.make(ops.where, { condition: isZero, a: one, b }) };
  const isMinusOne = parts.make(ops.equal, { a: b, b: number(b, -1) });
  const either = parts.make(ops.or, { a: isZero, b: isMinusOne });
  return { divisor: parts.make(ops.where, { condition: either, a: one, b }), isMinusOne };
}
