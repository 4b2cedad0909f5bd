import { type AxisResampling, type AxisTable, axisTable } from '@polyphase/ir';

/** What `tf.image.resizeBilinear` and `resizeNearestNeighbor` take besides the size. */
export interface NativeResize {
  readonly kernel: 'resizeBilinear' | 'resizeNearestNeighbor';
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

const coordinates: Partial<Record<AxisResampling['map'], Omit<NativeResize, 'kernel'>>> = {
  half_pixel: { alignCorners: false, halfPixelCenters: true },
  align_corners: { alignCorners: true, halfPixelCenters: false },
  asymmetric: { alignCorners: false, halfPixelCenters: false },
};

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));

/** Whether every element is repeated a power of two times, which every way to compute the index agrees on. */
function isRepetition({ from, to }: AxisResampling, { taps, first }: AxisTable): boolean {
  const times = (to as number) / (from as number);
  return taps === 1 && isPowerOfTwo(times) && first.every((source, o) => source === Math.floor(o / times));
}

const hasOwnScale = ({ scale, from, to }: AxisResampling): boolean =>
  scale !== undefined && scale !== (to as number) / (from as number);

/** The kernel's arguments for one axis; undefined when it computes something else. */
function nativeAxis(spec: AxisResampling): NativeResize | undefined {
  const table = axisTable(spec);
  if (spec.filter.kind === 'nearest') {
    if (!isRepetition(spec, table)) return undefined;
    return { kernel: 'resizeNearestNeighbor', alignCorners: false, halfPixelCenters: false };
  }
  const map = coordinates[spec.map];
  if (spec.filter.kind !== 'linear' || !map || hasOwnScale(spec)) return undefined;
  if ((spec.antialias && (spec.to as number) < (spec.from as number)) || spec.border !== 'clamp')
    return undefined;
  return { kernel: 'resizeBilinear', ...map };
}

/** The one call that resamples the last two axes as these say; undefined when there is none. */
export function nativeResize(specs: readonly AxisResampling[]): NativeResize | undefined {
  const [first, ...others] = specs.map(nativeAxis);
  const same = others.every(
    (other) =>
      other?.kernel === first?.kernel &&
      other?.alignCorners === first?.alignCorners &&
      other?.halfPixelCenters === first?.halfPixelCenters,
  );
  return same ? first : undefined;
}

/** One tap of all outputs of an axis: which element each reads, and how much it counts. */
export interface TapTable {
  readonly sources: Int32Array;
  readonly weights: Float64Array;
}

/**
 * The table by taps. Rows that read fewer elements than others are filled up in the table with weights of 0, by which NaN
 * and infinity of unread elements would come in: here such a tap takes half of another one's weight and its element.
 */
export function tapTables({ taps, first, weights, read }: AxisTable): readonly TapTable[] {
  const tables = Array.from({ length: taps }, (_, tap) => ({
    sources: first.map((start) => start + tap),
    weights: Float64Array.from(first, (_start, o) => weights[o * taps + tap]!),
  }));
  if (!read) return tables;
  for (const [o, start] of first.entries()) {
    const inner = read.first[o]! - start;
    for (let tap = 0; tap < taps; tap++) {
      if (tap >= inner && tap <= read.last[o]! - start) continue;
      const half = tables[inner]!.weights[o]! / 2;
      tables[inner]!.weights[o] = half;
      tables[tap]!.weights[o] = half;
      tables[tap]!.sources[o] = start + inner;
    }
  }
  return tables;
}
