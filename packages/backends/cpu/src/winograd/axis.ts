import { range } from '../families/geometry.ts';
import { type CookToom, cookToom, mostPoints } from './cook-toom.ts';

/** One axis of a convolution of stride 1, or of a transposed one: output o + crop = stride * n + phase. */
export interface SourceAxis {
  readonly kind: 'conv' | 'transposed';
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  /** What is cut off before the first output; a convolution's padding, negated, is where its first output reads. */
  readonly crop: number;
}

/** Which inputs the windows of a phase begin at, and with which elements of the kernel they are correlated. */
export interface TilePhase {
  /** Index into `firsts`. */
  readonly set: number;
  /** Which of `stride` neighbouring outputs it is. */
  readonly position: number;
  /** By tap; `none` where the phase has fewer. */
  readonly elements: readonly number[];
}

export const none = -1;

/**
 * An axis cut into tiles: tile j of a phase reads the inputs from firsts[set] + j * m on and gives m of the phase's
 * outputs, so that stride * m outputs of all phases lie side by side.
 */
export interface TileAxis {
  readonly algorithm: CookToom;
  readonly input: number;
  readonly output: number;
  readonly tiles: number;
  readonly firsts: readonly number[];
  readonly phases: readonly TilePhase[];
  /** Where output 0 lies among the outputs of all tiles. */
  readonly offset: number;
}

/** `shared`: all phases read the same windows, which may begin before the first output. `own`: each has its own. */
export type Origin = 'shared' | 'own';

const tapsOf = ({ kernel, stride }: SourceAxis): number => Math.ceil(kernel / stride);

/** The sizes of tiles that an axis may be cut into. */
export const tileSizes = (axis: SourceAxis): readonly number[] =>
  tapsOf(axis) === 1 ? [1] : range(mostPoints - tapsOf(axis) + 1).map((m) => m + 1);

/** The outputs that each phase of a tile axis has. */
function spread(axis: SourceAxis, origin: Origin) {
  const { kind, output, stride, crop } = axis;
  if (kind === 'conv' || origin === 'own') return { begin: 0, count: Math.ceil(output / stride) };
  const begin = Math.floor(crop / stride);
  return { begin, count: Math.floor((output - 1 + crop) / stride) - begin + 1 };
}

export function tileAxis(axis: SourceAxis, m: number, origin: Origin): TileAxis {
  const { kind, input, output, stride, crop } = axis;
  const taps = tapsOf(axis);
  const { begin, count } = spread(axis, origin);
  const common = { algorithm: cookToom(m, taps), input, output, tiles: Math.ceil(count / m) };
  if (kind === 'conv') {
    const phase = { set: 0, position: 0, elements: range(taps) };
    return { ...common, firsts: [crop], phases: [phase], offset: 0 };
  }
  if (origin === 'shared') {
    const phases = range(stride).map((r) => ({ set: 0, position: r, elements: elementsOf(axis, r) }));
    return { ...common, firsts: [begin - taps + 1], phases, offset: crop - stride * begin };
  }
  const quotients = range(stride).map((position) => Math.floor((position + crop) / stride));
  const firsts = [...new Set(quotients)].map((quotient) => quotient - taps + 1);
  const phases = quotients.map((quotient, position) => ({
    set: firsts.indexOf(quotient - taps + 1),
    position,
    elements: elementsOf(axis, position + crop - stride * quotient),
  }));
  return { ...common, firsts, phases, offset: 0 };
}

/** A window ascends, and the taps of a transposed convolution descend: tap i reads element residue + stride * (T - 1 - i). */
const elementsOf = (axis: SourceAxis, residue: number): readonly number[] =>
  range(tapsOf(axis)).map((i) => {
    const element = residue + axis.stride * (tapsOf(axis) - 1 - i);
    return element < axis.kernel ? element : none;
  });

/** Whether a phase has products at a point: its transformed weights there are not all 0. */
export const hasProducts = ({ algorithm }: TileAxis, { elements }: TilePhase, point: number): boolean =>
  elements.some((element, tap) => element !== none && algorithm.kernel[point]![tap] !== 0);
