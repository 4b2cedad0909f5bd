import type { Graph, Node } from '@polyphase/ir';
import { type PhaseSums, phaseSums } from './phases.ts';

/** What a transposed convolution makes of flat input, phase by phase. */
export interface Checkerboard {
  readonly layer: string;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Taps of each phase, the last axis fastest; phases that differ overlap unevenly. */
  readonly overlap: readonly number[];
  readonly channels: readonly ChannelPhases[];
  /** The root of the share of `artefact` over all channels. */
  readonly artefact: number;
  /** The greatest ratio of the energies of two phases, over all channels: how much rougher some elements are than others. */
  readonly roughness: number;
}

/** One output channel. */
export interface ChannelPhases {
  /** Its answer to an input of ones, at each phase. */
  readonly gains: readonly number[];
  /** Sum of the squared weights of each phase. */
  readonly energies: readonly number[];
  /**
   * The part of its answer to flat input that is a pattern with the period of the stride and not flat: 0 none, 1 nothing
   * else. It is the root of a share of energy, on average over all flat inputs.
   */
  readonly artefact: number;
}

/** Of all transposed convolutions with a stride and weights that are known. */
export const checkerboards = (graph: Graph): readonly Checkerboard[] =>
  graph.nodes.flatMap((node) => checkerboardOf(node) ?? []);

export function checkerboardOf(node: Node): Checkerboard | undefined {
  const sums = phaseSums(node);
  if (!sums || sums.phases.count === 1) return undefined;
  const { layer, taps } = sums.phases;
  const parts = Array.from({ length: layer.attributes.groups * layer.outPerGroup }, (_, channel) =>
    channelPhases(sums, channel),
  );
  const [uneven, all] = parts.reduce(([u, a], part) => [u + part.uneven, a + part.all], [0, 0]);
  const energies = Array.from({ length: taps.length }, (_, phase) =>
    parts.reduce((sum, { channel }) => sum + channel.energies[phase]!, 0),
  );
  const least = Math.min(...energies);
  return {
    layer: node.name,
    kernel: layer.kernel,
    stride: layer.attributes.stride,
    dilation: layer.attributes.dilation,
    overlap: taps,
    channels: parts.map(({ channel }) => channel),
    artefact: all === 0 ? 0 : Math.sqrt(uneven / all),
    roughness: least === 0 ? Number.POSITIVE_INFINITY : Math.max(...energies) / least,
  };
}

/**
 * With g[i, r] the gain from input channel i at phase r and m[i] its mean over the phases, a flat input x gives
 * sum over i of x[i] * g[i, r]. For independent x of one variance, the mean square of that is the sum of g^2, of which
 * the sum of (g - m)^2 is the pattern.
 */
function channelPhases({ phases, outPerGroup, gain, energy }: PhaseSums, out: number) {
  const { count, layer } = phases;
  const first = Math.floor(out / outPerGroup) * layer.inPerGroup;
  const gains = new Float64Array(count);
  const energies = new Float64Array(count);
  let [uneven, all] = [0, 0];
  for (let i = first; i < first + layer.inPerGroup; i++) {
    const at = (i * outPerGroup + (out % outPerGroup)) * count;
    const own = gain.subarray(at, at + count);
    const mean = own.reduce((sum, value) => sum + value, 0) / count;
    for (const [phase, value] of own.entries()) {
      gains[phase]! += value;
      energies[phase]! += energy[at + phase]!;
      uneven += (value - mean) ** 2;
      all += value * value;
    }
  }
  const artefact = all === 0 ? 0 : Math.sqrt(uneven / all);
  const channel: ChannelPhases = { gains: Array.from(gains), energies: Array.from(energies), artefact };
  return { channel, uneven, all };
}
