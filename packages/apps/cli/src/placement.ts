import type { PlacementReport } from '@polyphase/compiler';
import { plural } from './text.ts';

/** The placement in lines: each backend with its count, then every layer that is elsewhere, those of one reason together. */
export function printPlacement({ backends, unusable, elsewhere }: PlacementReport): readonly string[] {
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
