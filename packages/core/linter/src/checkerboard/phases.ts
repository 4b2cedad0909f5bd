import { type Node, sizeOf, toNumbers } from '@polyphase/ir';
import { type TransposedLayer, transposedOf } from '../attributes.ts';

/**
 * The taps of a transposed convolution by the phase of the output that they reach. Tap t lands on outputs o with
 * o + crop = s*i + t*d, so that along an axis it belongs to the phase t*d mod s.
 */
export interface Phases {
  readonly layer: TransposedLayer;
  /** Strides: the phases along each axis, and their product. */
  readonly lengths: readonly number[];
  readonly count: number;
  /** The phase of each tap of the kernel, in the order of its elements. */
  readonly ofTap: Int32Array;
  /** How many taps each phase has: the overlap map of the kernel. */
  readonly taps: readonly number[];
}

export function phasesOf(node: Node): Phases | undefined {
  const layer = transposedOf(node);
  if (!layer) return undefined;
  const { stride, dilation } = layer.attributes;
  const ofTap = new Int32Array(sizeOf(layer.kernel)).map((_, tap) => {
    let [phase, rest, scale] = [0, tap, 1];
    for (let a = layer.rank - 1; a >= 0; a--) {
      const t = rest % layer.kernel[a]!;
      rest = Math.floor(rest / layer.kernel[a]!);
      phase += ((t * dilation[a]!) % stride[a]!) * scale;
      scale *= stride[a]!;
    }
    return phase;
  });
  const count = sizeOf(stride);
  const taps = Array.from({ length: count }, () => 0);
  for (const phase of ofTap) taps[phase]!++;
  return { layer, lengths: stride, count, ofTap, taps };
}

/** Sums over the taps of each phase, for every pair of channels: [input channel][output channel of its group][phase]. */
export interface PhaseSums {
  readonly phases: Phases;
  readonly inputs: number;
  readonly outPerGroup: number;
  /** Of the weights: the answer to an input of ones. */
  readonly gain: Float64Array;
  /** Of their squares: the variance of the answer to white noise. */
  readonly energy: Float64Array;
}

/** The sums of the learned weights; undefined while these are not known. */
export function phaseSums(node: Node): PhaseSums | undefined {
  const phases = phasesOf(node);
  const constant = node.inputs[1]?.constant;
  if (!phases || !constant) return undefined;
  const [inputs, outPerGroup] = constant.shape as [number, number];
  const { ofTap, count } = phases;
  const weights = toNumbers(constant);
  const gain = new Float64Array(inputs * outPerGroup * count);
  const energy = new Float64Array(gain.length);
  for (const [i, w] of weights.entries()) {
    const at = Math.floor(i / ofTap.length) * count + ofTap[i % ofTap.length]!;
    gain[at]! += w;
    energy[at]! += w * w;
  }
  return { phases, inputs, outPerGroup, gain, energy };
}
