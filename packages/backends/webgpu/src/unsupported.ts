import { type Node, PolyphaseError, type Value } from '@polyphase/ir';
import { type Expr, schedule, visit } from '@polyphase/kernel';
import { hasBinary, hasUnary } from './text/scalars/index.ts';

const known = new WeakMap<Node, { readonly why: string | undefined }>();

/** Why there is no WGSL for a layer, whatever its sizes. */
export function unsupported(node: Node): string | undefined {
  const found = known.get(node);
  if (found) return found.why;
  const why = mayNeedDoubles(node) ? missingIn(node) : undefined;
  known.set(node, { why });
  return why;
}

/** Only numbers that WGSL does not know lack functions: float64, in which some layers of integers are computed too. */
const mayNeedDoubles = ({ inputs, outputs }: Node): boolean =>
  [...inputs, ...outputs].some(
    (value) => value && !['float32', 'float16', 'bool'].includes(value.type.dtype),
  );

function missingIn(node: Node): string | undefined {
  let why: string | undefined;
  visit(expressionsOf(node), (e) => {
    if (e.kind !== 'unary' && e.kind !== 'binary') return;
    const isThere = e.kind === 'unary' ? hasUnary(e.op, e.type) : hasBinary(e.op, e.type);
    if (!isThere) why ??= `WGSL has no float64, and it has no ${e.op} of its own for it`;
  });
  return why;
}

/** What the layer alone is lowered to. */
function expressionsOf(node: Node): readonly Expr[] {
  const inputs = node.inputs.filter((value): value is Value => value !== undefined && !value.constant);
  const outputs = node.outputs.map((value) => ({ name: value.name, value }));
  try {
    const { steps } = schedule({ name: node.name, inputs: [...new Set(inputs)], nodes: [node], outputs });
    return steps.flatMap((step) => (step.kind === 'loop' ? [step.kernel.index, step.kernel.value] : []));
  } catch (error) {
    if (error instanceof PolyphaseError) return [];
    throw error;
  }
}
