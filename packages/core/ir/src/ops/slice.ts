import { ceilDiv, type Dim, printShape, sub } from '../dim.ts';
import { defineOp, type Interval, need, reject } from '../op.ts';
import { stridesOf } from '../tensor.ts';
import { checkEntries, checkIntegers, fill, offsetOf } from './indexing.ts';
import { normalAxis } from './shared.ts';

/** One entry for each axis: positions start, start + step, ... as many as `length` says, all within the axis. */
export interface SliceAttributes {
  readonly start: readonly number[];
  /** Not 0; negative runs backwards. */
  readonly step: readonly number[];
  readonly length: readonly Dim[];
}

export const slice = defineOp<SliceAttributes>()({
  name: 'slice',
  inputs: ['x'],

  infer({ x }, { start, step, length }) {
    const { dtype, shape } = x.type;
    checkEntries('start', start, shape);
    checkEntries('step', step, shape);
    checkEntries('length', length, shape);
    checkIntegers('start', start, 0);
    checkSteps(step);
    for (const [axis, n] of shape.entries()) checkWithin(axis, n, start[axis]!, step[axis]!, length[axis]!);
    return { dtype, shape: length };
  },

  define({ x }, { start, step }, [y]) {
    const strides = stridesOf(x.shape);
    const first = offsetOf(start, strides);
    const steps = strides.map((stride, axis) => stride * step[axis]!);
    return fill(y!.shape, (index) => x.data[first + offsetOf(index, steps)]!);
  },

  reads: (region, _operands, { start, step }) => ({
    x: region.map(([begin, end], axis): Interval => {
      if (begin >= end) return [0, 0];
      const [first, last] = [start[axis]! + begin * step[axis]!, start[axis]! + (end - 1) * step[axis]!];
      return [Math.min(first, last), Math.max(first, last) + 1];
    }),
  }),
});

function checkSteps(steps: readonly number[]): void {
  checkIntegers('step', steps);
  need(!steps.includes(0), 'PP2003', () => [`a step of [${steps.join(', ')}] is 0`, 'Use another step']);
}

function checkWithin(axis: number, n: Dim, start: number, step: number, length: Dim): void {
  if (typeof length !== 'number' || typeof n !== 'number' || length === 0) return;
  const last = start + (length - 1) * step;
  need(Number.isSafeInteger(length) && length > 0 && start < n && last >= 0 && last < n, 'PP2003', () => [
    `the slice of axis ${axis} from ${start} to ${last} in steps of ${step} is outside its length ${n}`,
    'Slice within the axis',
  ]);
}

/**
 * ONNX Slice: starts and ends count from the end when negative and are clamped to the axis; axes that are not named
 * are whole. Of an open length, starts and steps must be positive: where they lie is not known otherwise.
 *
 * @throws PP2003 for a step of 0, an axis named twice or lists of different lengths; PP2005 as said above.
 */
export function resolveSlice(
  lengths: readonly Dim[],
  starts: readonly number[],
  ends: readonly number[],
  axes: readonly number[] = starts.map((_, axis) => axis),
  steps: readonly number[] = starts.map(() => 1),
): SliceAttributes {
  const counts = [starts, ends, axes, steps].map((list) => list.length);
  need(new Set(counts).size === 1, 'PP2003', () => [
    `starts, ends, axes and steps have ${counts.join(', ')} entries`,
    'Give each list one entry for each sliced axis',
  ]);
  checkSteps(steps);
  const [start, step, length] = [lengths.map(() => 0), lengths.map(() => 1), [...lengths]];
  const named = axes.map((axis) => normalAxis(axis, lengths.length));
  need(new Set(named).size === named.length, 'PP2003', () => [
    `an axis of ${printShape(lengths)} stands twice in [${axes.join(', ')}]`,
    'Name each axis once',
  ]);
  for (const [i, axis] of named.entries()) {
    const n = lengths[axis]!;
    const range = { start: starts[i]!, end: ends[i]!, step: steps[i]! };
    const part = typeof n === 'number' ? sliceAxis(n, range) : sliceOpenAxis(n, range);
    [start[axis], step[axis], length[axis]] = [part.start, range.step, part.length];
  }
  return { start, step, length };
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const clamp = (x: number, least: number, most: number): number => Math.min(Math.max(x, least), most);

function sliceAxis(n: number, { start, end, step }: Range): { start: number; length: number } {
  const [least, most] = step > 0 ? [0, n] : [-1, n - 1];
  const first = clamp(start < 0 ? start + n : start, Math.max(least, 0), Math.max(most, 0));
  const last = clamp(end < 0 ? end + n : end, least, most);
  return { start: first, length: n === 0 ? 0 : Math.max(0, Math.ceil((last - first) / step)) };
}

/** Ends from here on mean the end of the axis: exporters write the greatest 32 or 64 bit integer. */
const endOfAxis = 2 ** 31 - 1;

function sliceOpenAxis(n: string, { start, end, step }: Range): { start: number; length: Dim } {
  if (start < 0 || step < 0) {
    const problem = `the slice from ${start} in steps of ${step} counts from the end of an axis of the open length ${n}`;
    reject('PP2005', problem, 'Give the sizes of the inputs');
  }
  if (end >= 0 && end < endOfAxis) return { start, length: Math.max(0, Math.ceil((end - start) / step)) };
  const last = end < 0 ? sub(n, -end) : n;
  return { start, length: ceilDiv(sub(last, start), step) };
}
