import type { ResampleFilter, StaticAxis } from './spec.ts';

/** Weights of consecutive input elements, some of which may lie outside the axis. */
export interface Row {
  readonly first: number;
  readonly weights: readonly number[];
}

/** An even function that is 0 from `radius` on; `at` is asked for 0 <= t < radius. */
export interface ResampleKernel {
  readonly radius: number;
  at(t: number): number;
}

const linear: ResampleKernel = { radius: 1, at: (t) => 1 - t };

/** Keys 1981: continuous first derivative for every a. */
export const cubicKernel = (a: number): ResampleKernel => ({
  radius: 2,
  at: (t) => (t <= 1 ? ((a + 2) * t - (a + 3)) * t * t + 1 : ((a * t - 5 * a) * t + 8 * a) * t - 4 * a),
});

const sinc = (t: number): number => (t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t));

const lanczos = (lobes: number): ResampleKernel => ({ radius: lobes, at: (t) => sinc(t) * sinc(t / lobes) });

/** Mitchell and Netravali 1988, B = C = 1/3. */
const mitchell: ResampleKernel = {
  radius: 2,
  at: (t) => (t < 1 ? ((21 * t - 36) * t * t + 16) / 18 : (((-7 * t + 36) * t - 60) * t + 32) / 18),
};

/** Jumps at its end: where a tap is exactly 3/2 away, TensorFlow's float32 coordinates may keep it. */
const gaussian: ResampleKernel = { radius: 1.5, at: (t) => Math.exp(-2 * t * t) };

/** Filters that are not the convolution with a kernel. */
type OtherFilter = 'nearest' | 'area' | 'adaptive';

export function kernelOf(filter: Exclude<ResampleFilter, { kind: OtherFilter }>): ResampleKernel {
  switch (filter.kind) {
    case 'linear':
      return linear;
    case 'cubic':
      return cubicKernel(filter.coefficient);
    case 'lanczos':
      return lanczos(filter.lobes);
    case 'mitchell':
      return mitchell;
    case 'gaussian':
      return gaussian;
  }
}

/** How many times wider antialiasing makes the kernel. */
export const stretchOf = ({ from, to, scale, antialias }: StaticAxis): number =>
  antialias ? Math.max(scale === undefined ? from / to : 1 / scale, 1) : 1;

/** An upper bound of the taps that one output element has, those outside the axis included. */
export function tapsAtMost(spec: StaticAxis): number {
  const { filter, from, to } = spec;
  if (to === 0 || filter.kind === 'nearest') return 1;
  if (filter.kind === 'area' || filter.kind === 'adaptive') return Math.ceil(from / to) + 1;
  return Math.ceil(2 * kernelOf(filter).radius * stretchOf(spec)) + 1;
}
