import type { Target } from '../target.ts';
import { type Arrangement, arrange, phasesOf } from './arrangement.ts';
import type { Variant } from './correlation.ts';
import { costsOf, hardware, software, type Taps, tapsOf } from './costs.ts';
import { type Correlation, inUniformParts, isUniform } from './geometry.ts';
import { stagingOf } from './staging.ts';

const workgroup = 64;
const widths = [1, 2, 4, 8];
const slotCounts = [1, 2, 4, 8, 16];
/** Different phases in one dispatch each have sums of their own. */
const mostPhasesTogether = 16;

/** What the choice depends on of a target. */
export type ChoiceTarget = Pick<Target, 'software' | 'features'>;

/** A variant, and what it costs by estimate. */
export interface Candidate {
  readonly variant: Variant;
  readonly cost: number;
}

const known = new WeakMap<Correlation, Map<string, readonly Candidate[]>>();

/** All ways to compute a correlation in one dispatch that are worth trying, the one with the least estimated cost first. */
export function candidatesFor(correlation: Correlation, target: ChoiceTarget): readonly Candidate[] {
  const key = `${target.software} ${target.features.subgroups}`;
  const lists = known.get(correlation) ?? new Map<string, readonly Candidate[]>();
  known.set(correlation, lists);
  const list = lists.get(key) ?? makeCandidates(correlation, target);
  lists.set(key, list);
  return list;
}

function makeCandidates(correlation: Correlation, target: ChoiceTarget): readonly Candidate[] {
  const costs = target.software ? software : hardware;
  const arrangements = arrangementsOf(correlation);
  const most = Math.max(costs.sums, Math.min(...arrangements.map(({ slots, lanes }) => slots * lanes)));
  const candidates = arrangements.flatMap((arrangement) => {
    const taps = tapsOf(correlation, arrangement);
    return widths
      .filter((width) => width < 2 * correlation.axes[2].positions)
      .filter((width) => arrangement.slots * arrangement.lanes * width <= most)
      .flatMap((width) => {
        const variants = variantsOf(correlation, arrangement, width, taps, target);
        const prices = costsOf(correlation, variants, taps, costs);
        return variants.map((variant, i): Candidate => ({ variant, cost: prices[i]! }));
      });
  });
  return candidates.sort((a, b) => a.cost - b.cost);
}

/** A block of an arrangement and a width in all ways of reading that the target gains by. */
function variantsOf(
  correlation: Correlation,
  arrangement: Arrangement,
  width: number,
  taps: Taps,
  { software, features }: ChoiceTarget,
): readonly Variant[] {
  const plain: Variant = { arrangement, width, workgroup, shared: false, staged: false };
  if (taps.entries === 0) return [plain];
  if (software) return features.subgroups ? [plain, { ...plain, shared: true }] : [plain];
  return gainsByStaging(correlation, width, taps) ? [plain, { ...plain, staged: true }] : [plain];
}

/** Phases that read the input differently are computed side by side in one dispatch, or each in its own. */
export function partsOf(correlation: Correlation, target: ChoiceTarget): readonly Correlation[] {
  if (isUniform(correlation)) return [correlation];
  const parts = inUniformParts(correlation);
  if (phasesOf(correlation).length > mostPhasesTogether) return parts;
  const leastCost = (part: Correlation): number => candidatesFor(part, target)[0]!.cost;
  const apart = parts.reduce((sum, part) => sum + leastCost(part), 0);
  return leastCost(correlation) <= apart ? [correlation] : parts;
}

/** The variant of this name, or else the one with the least estimated cost. */
export function variantFor(
  correlation: Correlation,
  target: ChoiceTarget,
  name: string | undefined,
): Variant {
  const candidates = candidatesFor(correlation, target);
  const named = candidates.find(({ variant }) => variantName(variant) === name);
  return (named ?? candidates[0]!).variant;
}

/** `phases 4x4x8 shared`: tells the variants of a correlation apart. */
export const variantName = ({
  arrangement: { order, slots, lanes },
  width,
  shared,
  staged,
}: Variant): string =>
  `${order} ${slots}x${lanes}x${width}${shared ? ' shared' : ''}${staged ? ' staged' : ''}`;

/** Whether neighbours read the same elements, and a tile of positions is mostly filled. */
function gainsByStaging(correlation: Correlation, width: number, { rows }: Taps): boolean {
  const [, y, x] = correlation.axes;
  const reuses = rows.length > 1 || new Set(rows[0]!.entries.map(({ offset }) => offset)).size > 1;
  const isLarge = y.positions * x.positions >= 2 * workgroup;
  return reuses && isLarge && stagingOf(correlation, width, rows) !== undefined;
}

/** Different arrangements, vectors of fewer than four where a group has too few rows for more. */
function arrangementsOf(correlation: Correlation): readonly Arrangement[] {
  const phases = phasesOf(correlation).length;
  // A lane that has no weight where another has one would multiply the input by 0, which NaN and infinity survive.
  const byPhases = phases > 1 && isUniform(correlation) ? (['phases'] as const) : [];
  const byChannels = phases <= mostPhasesTogether ? (['channels'] as const) : [];
  const orders: readonly Arrangement['order'][] = [...byPhases, ...byChannels];
  const all = orders.flatMap((order) => {
    const rows = order === 'channels' ? correlation.rows : correlation.rows * phases;
    const lanes = rows === 1 ? [1 as const] : rows === 2 ? [2 as const] : [4 as const, 1 as const];
    return lanes.flatMap((count) =>
      slotCounts.map((slots) => arrange(correlation, phases, order, count, slots)),
    );
  });
  const distinct = new Map(all.map((a) => [`${a.order} ${a.lanes} ${a.slots}`, a]));
  return [...distinct.values()];
}
