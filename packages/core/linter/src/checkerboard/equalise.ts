import { fromNumbers, type Node, type Tensor, toNumbers } from '@polyphase/ir';
import { phaseSums } from './phases.ts';

/** Weights without a pattern, and how far they are from the learned ones. */
export interface Equalised {
  readonly weights: Tensor;
  /** The root of the sum of squared changes, in parts of that of the weights. */
  readonly change: number;
}

/**
 * The nearest weights whose phases all answer a flat input alike: every tap of a phase gets the same share of what its
 * phase lacks to the mean. Undefined where the weights are not known, or a phase has no taps to change.
 */
export function equalised(node: Node): Equalised | undefined {
  const sums = phaseSums(node);
  const constant = node.inputs[1]?.constant;
  if (!sums || !constant) return undefined;
  const { ofTap, count, taps } = sums.phases;
  if (taps.includes(0)) return undefined;
  const weights = toNumbers(constant);
  const plane = ofTap.length;
  let [changed, all] = [0, 0];
  const even = weights.map((w, i) => {
    const pair = Math.floor(i / plane) * count;
    const phase = ofTap[i % plane]!;
    const gains = sums.gain.subarray(pair, pair + count);
    const mean = gains.reduce((sum, value) => sum + value, 0) / count;
    const step = (mean - gains[phase]!) / taps[phase]!;
    changed += step * step;
    all += w * w;
    return w + step;
  });
  return {
    weights: fromNumbers(constant.dtype, constant.shape, even),
    change: all === 0 ? 0 : Math.sqrt(changed / all),
  };
}
