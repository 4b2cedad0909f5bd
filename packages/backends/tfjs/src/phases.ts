import type { Crop } from '@polyphase/ir';

/** The taps of one phase of one axis, in the order in which a correlation meets them. */
export interface Phase {
  /** Which taps of the kernel. */
  readonly taps: readonly number[];
  /** Output q of the phase reads the inputs q + first, q + first + dilation, ... */
  readonly first: number;
  readonly dilation: number;
}

/**
 * One axis of a transposed convolution as phases: output o lies at `o + crop = stride * q + r`, and for each r the q are
 * a correlation of stride 1. Nothing is scattered, so any dilation, crop and group is a matter of which taps.
 */
export interface PhasedAxis {
  readonly stride: number;
  readonly phases: readonly Phase[];
  /** The first q, and how many there are. */
  readonly from: number;
  readonly count: number;
  /** How many interleaved outputs are dropped at the begin, and how many are kept. */
  readonly skip: number;
  readonly length: number;
}

export function phasedAxis(
  kernel: number,
  stride: number,
  dilation: number,
  [begin]: Crop,
  length: number,
): PhasedAxis {
  const from = Math.floor(begin / stride);
  return {
    stride,
    phases: Array.from({ length: stride }, (_, r) => phaseOf(kernel, stride, dilation, r)),
    from,
    count: Math.floor((begin + length - 1) / stride) - from + 1,
    skip: begin - from * stride,
    length,
  };
}

/** y[stride * q + r] = sum of w[t] * x[q + (r - t * dilation) / stride] over the t for which that is whole. */
function phaseOf(kernel: number, stride: number, dilation: number, r: number): Phase {
  const taps: number[] = [];
  for (let t = kernel - 1; t >= 0; t--) if ((r - t * dilation) % stride === 0) taps.push(t);
  const inputs = taps.map((t) => (r - t * dilation) / stride);
  return { taps, first: inputs[0] ?? 0, dilation: inputs.length > 1 ? inputs[1]! - inputs[0]! : 1 };
}

/** How x of length n is padded for one phase; negative where it is cropped. */
export function phasePads({ from, count }: PhasedAxis, { taps, first, dilation }: Phase, n: number) {
  const begin = -(from + first);
  return [begin, count - 1 + (taps.length - 1) * dilation - begin - (n - 1)] as const;
}

const readsAlike = (a: Phase, b: Phase): boolean =>
  a.taps.length === b.taps.length && a.first === b.first && a.dilation === b.dilation;

/** Neighbouring phases that read the same inputs, which one correlation can make; else each phase alone. */
export function phaseRuns({ phases }: PhasedAxis, join: boolean): readonly (readonly Phase[])[] {
  const runs: Phase[][] = [];
  for (const phase of phases) {
    const run = runs.at(-1);
    if (join && run && readsAlike(run[0]!, phase)) run.push(phase);
    else runs.push([phase]);
  }
  return runs;
}
