import type { Placement, UnusableBackend } from '@polyphase/compiler';
import { place } from '@polyphase/ir';
import { plural } from './text.ts';

/** Where layers run and why, as JSON holds it. */
export interface PlacementSummary {
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

export function summarisePlacement(
  placements: readonly Placement[],
  unusable: readonly UnusableBackend[],
): PlacementSummary {
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

/** The summary in lines: each backend with its count, then every layer that is elsewhere, those of one reason together. */
export function printPlacement({ backends, unusable, elsewhere }: PlacementSummary): readonly string[] {
  const counts = Object.entries(backends).map(([name, n]) => `${name}: ${plural(n, 'layer')}`);
  const groups = new Map<string, string[]>();
  for (const { layer, backend, why } of elsewhere) {
    const key = `on ${backend} since ${why}`;
    const layers = groups.get(key) ?? [];
    groups.set(key, [...layers, layer]);
  }
  return [
    counts.join(', ') || 'no layers',
    ...unusable.map(({ backend, why }) => `${backend} is not usable: ${why}`),
    ...[...groups].map(([reason, layers]) => `${layers.join(', ')}: ${reason}`),
  ];
}
