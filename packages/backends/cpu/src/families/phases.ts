/**
 * The phases of a transposed convolution. Along an axis with stride s, crop c and dilation d, output o = s*j + k is the
 * j-th of phase k: y[s*j + k] = sum over the taps t with t*d mod s = r of w[t] * x[j + q - (t*d - r) / s], where
 * k + c = s*q + r.
 */
import type { TapAxis } from '../contractions/border.ts';
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
  readonly phases: readonly number[];
  /** The kernel's element at the first tap, of each phase; further taps lie `steps` further on in all of them. */
  readonly firsts: readonly number[];
  readonly steps: readonly number[];
}

/** A phase without taps gets one whose weight is 0, since a bias is to be stored all the same. */
export const noElement = -1;

/** The phases of an axis by what they read. */
export function axisClasses({ kernel, stride, dilation, crop }: TransposedAxis): readonly AxisClass[] {
  const classes = new Map<string, AxisClass>();
  for (const phase of range(stride)) {
    const quotient = Math.floor((phase + crop) / stride);
    const residue = phase + crop - stride * quotient;
    const elements = range(kernel).filter((tap) => (tap * dilation) % stride === residue);
    const taps = elements.map((tap) => quotient - (tap * dilation - residue) / stride);
    const first = elements[0] ?? 0;
    const known = classes.get(taps.join()) ?? {
      taps: taps.length > 0 ? taps : [0],
      phases: [],
      firsts: [],
      steps: taps.length > 0 ? elements.map((element) => element - first) : [noElement],
    };
    classes.set(taps.join(), {
      ...known,
      phases: [...known.phases, phase],
      firsts: [...known.firsts, first],
    });
  }
  return [...classes.values()];
}

type Three<T> = readonly [T, T, T];

/** Phases of all axes that read the same inputs: they are computed together, as more output channels. */
export interface PhaseClass {
  readonly axes: Three<AxisClass>;
  /** How many phases come before the first of this class. */
  readonly first: number;
  readonly count: number;
}

export interface Phases {
  readonly classes: readonly PhaseClass[];
  readonly count: number;
  /** Outputs of each phase along each axis, some of which may be none of the whole. */
  readonly steps: Three<number>;
  /** By [depth, height, width] phase: its place among all phases, class after class. */
  readonly places: Int32Array;
}

export function phasesOf(axes: Three<TransposedAxis>): Phases {
  const [depth, height, width] = axes.map(axisClasses) as [AxisClass[], AxisClass[], AxisClass[]];
  const strides = axes.map(({ stride }) => stride) as [number, number, number];
  const places = new Int32Array(strides.reduce((all, stride) => all * stride, 1));
  const classes: PhaseClass[] = [];
  let first = 0;
  for (const z of depth)
    for (const y of height)
      for (const x of width) {
        const phases = eachOf(z.phases, y.phases, x.phases);
        for (const [i, [a, b, c]] of phases.entries())
          places[(a * strides[1] + b) * strides[2] + c] = first + i;
        classes.push({ axes: [z, y, x], first, count: phases.length });
        first += phases.length;
      }
  const steps = axes.map(({ output, stride }) => Math.ceil(output / stride)) as [number, number, number];
  return { classes, count: first, steps, places };
}

/** All triples, the last index running fastest. */
export const eachOf = (
  zs: readonly number[],
  ys: readonly number[],
  xs: readonly number[],
): Three<number>[] => zs.flatMap((z) => ys.flatMap((y) => xs.map((x): Three<number> => [z, y, x])));

/** What an axis of a class is as a correlation with so many outputs. */
export const tapAxis = ({ taps }: AxisClass, input: number, output: number): TapAxis => ({
  input,
  output,
  step: 1,
  taps,
});
