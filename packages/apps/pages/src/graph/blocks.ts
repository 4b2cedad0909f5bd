import type { LayerReport } from '@polyphase/compiler';

/** Layers that are drawn as one box, in order. */
export interface Block {
  readonly layers: readonly number[];
  /** The boxes, by position, and the inputs of the model that it reads. */
  readonly reads: readonly (number | string)[];
}

/** A box of more layers than this is no help. */
const mostRows = 16;

/** The share of all products up to which a layer is a detail: squeeze-and-excitation, say. */
const lightShare = 0.002;

interface Draft {
  layers: number[];
  readonly from: Set<Draft | string>;
  readonly to: Set<Draft>;
}

/**
 * Layers as boxes: chains become one box, and so do small detours around layers of few products, such as the parts of an
 * activation. What branches and joins otherwise stays apart.
 */
export function blocksOf(layers: readonly LayerReport[]): readonly Block[] {
  const drafts = layers.map((_, i): Draft => ({ layers: [i], from: new Set(), to: new Set() }));
  for (const [i, { reads }] of layers.entries())
    for (const from of reads) {
      const source = typeof from === 'number' ? drafts[from]! : from;
      drafts[i]!.from.add(source);
      if (typeof source !== 'string') source.to.add(drafts[i]!);
    }
  const left = new Set(drafts);
  const total = layers.reduce((all, { products }) => all + products, 0);
  const isLight = ({ layers: own }: Draft): boolean =>
    own.reduce((all, i) => all + layers[i]!.products, 0) <= lightShare * total;
  while (mergeDetours(left, isLight) || mergeChains(left, isLight)) {}
  mergeChains(left, () => true);
  return ordered([...left]);
}

const isOneOf = (set: ReadonlySet<unknown>): boolean => set.size === 1;

/** a -> b, nothing else from a and nothing else into b, where both may be merged. */
function mergeChains(left: Set<Draft>, mayMerge: (draft: Draft) => boolean): boolean {
  let merged = false;
  for (const a of left) {
    for (let [b] = a.to; b && isOneOf(a.to) && isOneOf(b.from); [b] = a.to) {
      if (!mayMerge(a) || !mayMerge(b) || a.layers.length + b.layers.length > mostRows) break;
      merge(a, b, left);
      merged = true;
    }
  }
  return merged;
}

/** a -> b -> c and a -> c, nothing else at b, hardly any products after a. */
function mergeDetours(left: Set<Draft>, isLight: (draft: Draft) => boolean): boolean {
  for (const b of left) {
    const [[a], [c]] = [b.from, b.to];
    if (!a || !c || typeof a === 'string' || !isOneOf(b.from) || !isOneOf(b.to)) continue;
    if (!a.to.has(c) || a.to.size !== 2 || c.from.size !== 2 || !isLight(b) || !isLight(c)) continue;
    if (a.layers.length + b.layers.length + c.layers.length > mostRows) continue;
    merge(a, b, left);
    merge(a, c, left);
    return true;
  }
  return false;
}

/** `b` becomes a part of `a`, which it reads. */
function merge(a: Draft, b: Draft, left: Set<Draft>): void {
  a.layers = [...a.layers, ...b.layers].sort((x, y) => x - y);
  a.to.delete(b);
  for (const from of b.from)
    if (from !== a) {
      a.from.add(from);
      if (typeof from !== 'string') {
        from.to.delete(b);
        from.to.add(a);
      }
    }
  for (const to of b.to) {
    to.from.delete(b);
    to.from.add(a);
    a.to.add(to);
  }
  left.delete(b);
}

function ordered(drafts: readonly Draft[]): readonly Block[] {
  const sorted = drafts.toSorted((a, b) => a.layers.at(-1)! - b.layers.at(-1)!);
  const positions = new Map(sorted.map((draft, i) => [draft, i]));
  return sorted.map(({ layers, from }) => ({
    layers,
    reads: [...from].map((source) => (typeof source === 'string' ? source : positions.get(source)!)),
  }));
}
