import { isFloat } from '@polyphase/ir';
import type { Evidence } from './evidence.ts';
import { precisionSuspects, roughness } from './precision.ts';
import { arrangementSuspects } from './suspects-arrangement.ts';
import { layerSuspects } from './suspects-layer.ts';

/** Something that may have been computed instead. */
export interface Suspect {
  /** Completes the sentence "It looks as if ...". */
  readonly words: string;
  /** What the output is then; an element that is not known is left out by `unknown`. Undefined: does not apply. */
  data(): Float64Array | undefined;
  readonly unknown?: (i: number) => boolean;
}

/** Small sizes leave several suspects. */
const mostNamed = 2;

/** Why a layer's output is wrong, in words: the suspects whose numbers are the wrong ones. */
export function likelyCause(evidence: Evidence): string {
  const special = notNumbers(evidence);
  if (special) return special;
  const all = [
    ...arrangementSuspects(evidence),
    ...layerSuspects(evidence),
    ...(isFloat(evidence.type.dtype) ? precisionSuspects(evidence) : []),
  ];
  const found = all.filter((suspect) => explains(suspect, evidence)).slice(0, mostNamed);
  if (found.length > 0) return `It looks as if ${found.map(({ words }) => words).join(', or ')}.`;
  return roughness(evidence) ?? 'No known mistake gives these numbers.';
}

/**
 * Whether the suspect's numbers are those that were found, somewhere other ones than expected. Roundings may be those of
 * any element.
 */
function explains(suspect: Suspect, { expected, actual, bound }: Evidence): boolean {
  const data = suspect.data();
  if (!data) return false;
  const slack = 2 * bound.reduce((most, error) => Math.max(most, error), 0);
  let differs = false;
  for (let i = 0; i < actual.length; i++) {
    if (suspect.unknown?.(i)) continue;
    if (!near(data[i]!, actual[i]!, slack)) return false;
    differs ||= !near(expected[i]!, actual[i]!, slack);
  }
  return differs;
}

const near = (a: number, b: number, slack: number): boolean =>
  a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= slack;

/** NaN that appears or disappears says more than any number. */
function notNumbers({ expected, actual }: Evidence): string | undefined {
  let [made, lost] = [0, 0];
  for (let i = 0; i < actual.length; i++) {
    const [wanted, found] = [Number.isNaN(expected[i]!), Number.isNaN(actual[i]!)];
    if (found && !wanted) made++;
    if (wanted && !found) lost++;
  }
  if (made > 0)
    return `It gives NaN where there is a number (${made} elements): a NaN or infinity is multiplied by 0 in padding or in taps that do not reach the element, or memory is read that was never written.`;
  if (lost > 0)
    return `It loses NaN (${lost} elements): a maximum, minimum or activation is written as a comparison, which NaN fails.`;
  return undefined;
}
