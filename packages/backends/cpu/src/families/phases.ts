/**
 * The phases of a transposed convolution. Along an axis with stride s, crop c and dilation d, output o = s*j + k is the
 * j-th of phase k: y[s*j + k] = sum over the taps t with t*d mod s = r of w[t] * x[j + q - (t*d - r) / s], where
 * k + c = s*q + r.
 */
import { range } from './geometry.ts';

/** One axis of a transposed convolution. */
export interface TransposedAxis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly crop: number;
}

/** Phases of an axis that read the same inputs. */
export interface AxisClass {
  /** The inputs that output j of each phase reads, from j on. */
  readonly taps: readonly number[];
  /** The phases, and which of those that are computed each of them is. */
  readonly phases: readonly { readonly phase: number; readonly computed: number }[];
  /** The kernel's element at the first tap, of each phase that is computed; further taps lie `steps` further on. */
  readonly firsts: readonly number[];
  readonly steps: readonly number[];
}

/** A phase without taps gets one whose weight is 0, since a bias is to be stored all the same. */
export const noElement = -1;

/** Whether all weights at two places of an axis of the kernel are the same. */
export type Same = (axis: number, a: number, b: number) => boolean;

/** The phases of an axis by what they read; those with the same weights are computed once. */
export function axisClasses(
  { kernel, stride, dilation, crop }: TransposedAxis,
  same: (a: number, b: number) => boolean = () => false,
): readonly AxisClass[] {
  const classes = new Map<string, AxisClass>();
  for (const phase of range(stride)) {
    const quotient = Math.floor((phase + crop) / stride);
    const residue = phase + crop - stride * quotient;
    const elements = range(kernel).filter((tap) => (tap * dilation) % stride === residue);
    const taps = elements.map((tap) => quotient - (tap * dilation - residue) / stride);
    const first = elements[0] ?? 0;
    const key = taps.join();
    const { phases, firsts, steps } = classes.get(key) ?? {
      phases: [],
      firsts: [],
      steps: taps.length > 0 ? elements.map((element) => element - first) : [noElement],
    };
    const equal = firsts.findIndex((other) =>
      steps.every((step) => step === noElement || same(other + step, first + step)),
    );
    const computed = equal < 0 ? firsts.length : equal;
    classes.set(key, {
      taps: taps.length > 0 ? taps : [0],
      phases: [...phases, { phase, computed }],
      firsts: equal < 0 ? [...firsts, first] : firsts,
      steps,
    });
  }
  return [...classes.values()];
}

type Three<T> = readonly [T, T, T];

/** Phases of all axes that read the same inputs: they are computed together, as more output channels. */
export interface PhaseClass {
  readonly axes: Three<AxisClass>;
  /** How many phases that are computed come before the first of this class, and how many it has. */
  readonly first: number;
  readonly count: number;
}

export interface Phases {
  readonly classes: readonly PhaseClass[];
  /** Phases that are computed. */
  readonly count: number;
  /** Outputs of each phase along each axis, some of which may be none of the whole. */
  readonly steps: Three<number>;
  /** By [depth, height, width] phase: its place among those that are computed, class after class. */
  readonly places: Int32Array;
}

export function phasesOf(axes: Three<TransposedAxis>, same: Same = () => false): Phases {
  const [depth, height, width] = axes.map((axis, a) => axisClasses(axis, (x, y) => same(a, x, y))) as [
    AxisClass[],
    AxisClass[],
    AxisClass[],
  ];
  const [depths, heights, widths] = axes.map(({ stride }) => stride) as [number, number, number];
  const places = new Int32Array(depths * heights * widths);
  const classes: PhaseClass[] = [];
  let first = 0;
  for (const z of depth)
    for (const y of height)
      for (const x of width) {
        for (const [a, b, c] of eachOf(z.phases, y.phases, x.phases))
          places[(a.phase * heights + b.phase) * widths + c.phase] =
            first + (a.computed * y.firsts.length + b.computed) * x.firsts.length + c.computed;
        const count = z.firsts.length * y.firsts.length * x.firsts.length;
        classes.push({ axes: [z, y, x], first, count });
        first += count;
      }
  const steps = axes.map(({ output, stride }) => Math.ceil(output / stride)) as [number, number, number];
  return { classes, count: first, steps, places };
}

/** All triples, the last index running fastest. */
export const eachOf = <T>(zs: readonly T[], ys: readonly T[], xs: readonly T[]): Three<T>[] =>
  zs.flatMap((z) => ys.flatMap((y) => xs.map((x): Three<T> => [z, y, x])));
