import type { Graph, Node } from '@polyphase/ir';
import { costOf } from '../cost.ts';
import type { FiredInPass } from '../pass.ts';

/** One firing of a rule. */
export interface RewriteReport {
  readonly pass: string;
  readonly rule: string;
  /** The layer whose place was taken. */
  readonly layer: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** What it saves, as `LayerReport` counts; negative where it costs. Null while a size is open. */
  readonly saved: { readonly products: number; readonly bytesMoved: number } | null;
}

/** The rewrites in the order of the places in the file's graph at which they happened. */
export function rewriteReports(source: Graph, fired: readonly FiredInPass[]): readonly RewriteReport[] {
  const places = new Map(source.nodes.map(({ name }, i) => [name, i]));
  const placed = fired.map((event) => ({
    at: placeOf(event.before.name, places),
    report: rewriteReport(event),
  }));
  return placed.sort((a, b) => a.at - b.at).map(({ report }) => report);
}

/** Layers that rules have made are named after one of the file: `up/small`. */
function placeOf(name: string, places: ReadonlyMap<string, number>): number {
  for (let known = name; ; known = known.slice(0, known.lastIndexOf('/'))) {
    const place = places.get(known);
    if (place !== undefined) return place;
    if (!known.includes('/')) return places.size;
  }
}

function rewriteReport({ pass, rule, before, gone, after }: FiredInPass): RewriteReport {
  const [old, made] = [costOf(gone), costOf(after)];
  const ops = (nodes: readonly Node[]): readonly string[] => nodes.map(({ op }) => op);
  return {
    pass,
    rule,
    layer: before.name,
    before: ops(gone).toReversed(),
    after: ops(after),
    saved:
      old && made ? { products: old.products - made.products, bytesMoved: old.bytes - made.bytes } : null,
  };
}
