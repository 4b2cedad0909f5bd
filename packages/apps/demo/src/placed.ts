import type { Specialization } from 'polyphase';

/** `98 layers on cpu`, and each layer that is not on the first choice with the reason. */
export function placed({ placement }: { readonly placement: Specialization['placements'] }): string {
  const counts = new Map<string, number>();
  for (const { backend } of placement) counts.set(backend.name, (counts.get(backend.name) ?? 0) + 1);
  const summary = [...counts].map(([backend, count]) => `${count} layers on ${backend}`).join(', ');
  const moved = placement.flatMap(({ node, backend, refused }) =>
    refused.map(
      ({ backend: first, why }) =>
        `\n         ${node.name} (${node.op}) on ${backend.name}, not ${first}: ${why}`,
    ),
  );
  return summary + moved.join('');
}
