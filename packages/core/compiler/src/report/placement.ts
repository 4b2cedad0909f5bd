import { place } from '@polyphase/ir';
import type { Placement } from '../place.ts';
import type { UnusableBackend } from '../probe.ts';

/** Where layers run and why. */
export interface PlacementReport {
  /** How many layers each backend runs. */
  readonly backends: Readonly<Record<string, number>>;
  readonly unusable: readonly UnusableBackend[];
  /** Layers that do not run on the first backend of the list. */
  readonly elsewhere: readonly {
    readonly layer: string;
    readonly backend: string;
    readonly why: string;
  }[];
}

export function placementReport(
  placements: readonly Placement[],
  unusable: readonly UnusableBackend[] = [],
): PlacementReport {
  const backends: Record<string, number> = {};
  for (const { backend } of placements) backends[backend.name] = (backends[backend.name] ?? 0) + 1;
  const elsewhere = placements
    .filter(({ refused }) => refused.length > 0)
    .map(({ node, backend, refused }) => ({
      layer: place(node),
      backend: backend.name,
      why: refused.map((each) => `${each.backend}: ${each.why}`).join('; '),
    }));
  return { backends, unusable, elsewhere };
}
