import type { SourceNode } from './nodes.ts';

/**
 * The graph inputs whose elements shapes depend on: walks back from every operand that a row wants the elements of,
 * through all nodes but those that look at shapes only.
 */
export function decidingInputs(nodes: readonly SourceNode[]): ReadonlySet<string> {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const pending = nodes.flatMap(elementOperands);
  const seen = new Set<string>(['']);
  const found = new Set<string>();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const maker = makers.get(name);
    if (!maker) found.add(name);
    else if (!maker.row.shapesOnly) pending.push(...maker.inputs);
  }
  return found;
}

const elementOperands = ({ row, inputs }: SourceNode): readonly string[] =>
  inputs.filter((_, i) => row.elements.includes(row.inputs[i]?.replace('?', '') ?? ''));
