import {
  type Dense,
  evaluate,
  fromDense,
  type Graph,
  type OpName,
  type Tensor,
  toDense,
  toNumbers,
  type Value,
} from '@polyphase/ir';
import { type Bound, type Bounded, isReal, noBound } from './bounded.ts';
import { errorModels } from './models.ts';
import { precisionOf } from './precision.ts';

/** The outputs of a graph as its definitions have them, and how far each element may be off. */
export interface Verdict {
  readonly outputs: Readonly<Record<string, Tensor>>;
  readonly bounds: Readonly<Record<string, Float64Array>>;
}

/** Runs the definitions and adds up what rounding may do on the way (docs/tolerances.md). */
export function judge(graph: Graph, inputs: Readonly<Record<string, Tensor>>): Verdict {
  const known = new Map<Value, Bounded>();
  const read = (value: Value): Bounded => known.get(value) ?? given(value.constant ?? inputs[value.name]!);
  for (const node of graph.nodes) {
    const operands = node.inputs.map((value) => value && read(value));
    const results = evaluate(
      node,
      operands.map((operand) => operand?.value),
    );
    const precision = results.map(({ dtype }) => precisionOf(dtype)).find(Boolean);
    const bounds = precision && errorModels[node.op as OpName]({ node, operands, results, precision });
    for (const [i, value] of results.entries())
      known.set(node.outputs[i]!, { value, bound: settled(value, bounds?.[i]) });
  }
  const outputs: Record<string, Tensor> = {};
  const bounds: Record<string, Float64Array> = {};
  for (const { name, value } of graph.outputs) {
    const { value: exact, bound } = read(value);
    outputs[name] = fromDense(exact);
    const stored = toNumbers(outputs[name]);
    bounds[name] = bound.error.map((error, i) => error + distance(stored[i]!, exact.data[i]!));
  }
  return { outputs, bounds };
}

/** Infinities and NaN have no neighbours, integers no error. */
function settled(value: Dense, bound: Bound | undefined): Bound {
  if (!bound || !isReal(value)) return noBound(value);
  return { ...bound, error: bound.error.map((error, i) => (Number.isFinite(value.data[i]!) ? error : 0)) };
}

/** What comes from outside is exact, but where the machine flushes numbers below the normal ones to 0. */
function given(tensor: Tensor): Bounded {
  const value = toDense(tensor);
  const tiny = precisionOf(tensor.dtype)?.tiny ?? 0;
  const error = value.data.map((x) => (Math.abs(x) < tiny ? Math.abs(x) : 0));
  return { value, bound: { error, terms: 0 } };
}

/** Between a number and the one that its type stores for it. */
const distance = (stored: number, exact: number): number =>
  stored === exact || Number.isNaN(exact) ? 0 : Math.abs(stored - exact);
