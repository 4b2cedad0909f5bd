import { add, type Dim } from '../dim.ts';
import type { Value } from '../graph.ts';
import { defineOp, type Interval, need } from '../op.ts';
import { stridesOf } from '../tensor.ts';
import { checkScalar } from './clip.ts';
import { checkEntries, checkIntegers, fill, hull, offsetOf, wholeOf } from './indexing.ts';
import { checkSameDType, type Pair } from './shared.ts';

export type PadMode = 'constant' | 'reflect' | 'edge' | 'wrap';

export interface PadAttributes {
  /** One entry for each axis. */
  readonly pads: readonly Pair[];
  readonly mode: PadMode;
}

const modulo = (i: number, n: number): number => ((i % n) + n) % n;

/** Where position i of an endless axis lies in one of n elements; undefined: in none of them. As numpy.pad. */
const sources: Readonly<Record<PadMode, (i: number, n: number) => number | undefined>> = {
  constant: (i, n) => (i >= 0 && i < n ? i : undefined),
  edge: (i, n) => Math.min(Math.max(i, 0), n - 1),
  wrap: modulo,
  reflect(i, n) {
    if (n === 1) return 0;
    const phase = modulo(i, 2 * (n - 1));
    return phase < n ? phase : 2 * (n - 1) - phase;
  },
};

/** Which element of an axis of length n stands at each position of the padded one. What is cropped is not repeated. */
export function padSource(
  n: number,
  [begin, end]: Pair,
  mode: PadMode,
): (position: number) => number | undefined {
  const dropped = Math.max(-begin, 0);
  const kept = n - dropped - Math.max(-end, 0);
  const added = Math.max(begin, 0);
  return (position) => {
    const source = sources[mode](position - added, kept);
    return source === undefined ? undefined : source + dropped;
  };
}

/** Elements before and after each axis: a constant (`value`, default 0) or those of the operand, mirrored or repeated. */
export const pad = defineOp<PadAttributes>()({
  name: 'pad',
  inputs: ['x', 'value?'],
  defaults: { mode: 'constant' },

  infer({ x, value }, { pads, mode }) {
    const dtype = checkSameDType([x, value]);
    const { shape } = x.type;
    need(mode in sources, 'PP2003', () => [
      `the mode is ${mode}`,
      `Use one of ${Object.keys(sources).join(', ')}`,
    ]);
    if (value) checkValue(value, mode);
    checkEntries('pads', pads, shape);
    checkIntegers('pads', pads.flat());
    return { dtype, shape: shape.map((n, axis) => paddedLength(axis, n, pads[axis]!, mode)) };
  },

  define({ x, value }, { pads, mode }, [y]) {
    const strides = stridesOf(x.shape);
    const sourceOf = x.shape.map((n, axis) => padSource(n, pads[axis]!, mode));
    const outside = value ? value.data[0]! : 0;
    return fill(y!.shape, (index) => {
      const source = index.map((i, axis) => sourceOf[axis]!(i));
      return source.every((i) => i !== undefined) ? x.data[offsetOf(source, strides)]! : outside;
    });
  },

  reads: (region, { x, value }, { pads, mode }) => ({
    x: region.map((interval, axis): Interval => hull(interval, padSource(x.shape[axis]!, pads[axis]!, mode))),
    value: value && wholeOf(value.shape),
  }),
});

function checkValue(value: Value, mode: PadMode): void {
  checkScalar('value', value);
  need(mode === 'constant', 'PP2001', () => [
    `a value is given, which the mode ${mode} does not use`,
    "Leave it out, or use the mode 'constant'",
  ]);
}

function paddedLength(axis: number, n: Dim, [begin, end]: Pair, mode: PadMode): Dim {
  const length = add(n, begin + end);
  if (typeof n !== 'number') return length;
  const kept = n + Math.min(begin, 0) + Math.min(end, 0);
  need(kept >= 0, 'PP2004', () => [
    `pads of (${begin}, ${end}) crop more than axis ${axis} of length ${n} has`,
    'Crop less',
  ]);
  need(mode === 'constant' || kept > 0 || length === 0, 'PP2002', () => [
    `the mode ${mode} has nothing to repeat on axis ${axis} of length ${n} with pads of (${begin}, ${end})`,
    "Use the mode 'constant'",
  ]);
  return length;
}
