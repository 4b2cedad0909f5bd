/** Copies of input rows with their borders filled in, so that every tap of every output column reads in bounds. */
import type { Build } from '../compile/build.ts';
import { type Expr, type Func, type FunctionBuilder, f32x4, i32, shuffle32, v128 } from '../wasm/index.ts';

/** One axis of a correlation: output o reads input o * step + tap, for each tap; outside of the input is 0. */
export interface TapAxis {
  readonly input: number;
  readonly output: number;
  readonly step: number;
  readonly taps: readonly number[];
}

export const lowest = ({ taps }: TapAxis): number => Math.min(...taps);
export const highest = ({ taps }: TapAxis): number => Math.max(...taps);
/** From the first input of an output to the last. */
export const spanOf = (axis: TapAxis): number => highest(axis) - lowest(axis) + 1;

/** Whether outputs read nothing but the input itself. */
export const isInside = (axis: TapAxis): boolean =>
  lowest(axis) >= 0 && (axis.output - 1) * axis.step + highest(axis) < axis.input;

/** The distances from the lowest tap, modulo the step, that taps have. */
export const residuesOf = (axis: TapAxis): readonly number[] => {
  const low = lowest(axis);
  return [...new Set(axis.taps.map((tap) => (tap - low) % axis.step))].sort((a, b) => a - b);
};

/** A stretch of a copied row: every `step`th input from `first` on, so that neighbouring outputs read neighbours. */
interface Phase {
  readonly first: number;
  readonly count: number;
  /** Its beginning, in elements from the beginning of the copied row. */
  readonly at: number;
}

/** How an input row lies in its copy. */
export interface RowLayout {
  readonly phases: readonly Phase[];
  /** Where the first output's element of each tap lies, in elements. */
  readonly tapOffsets: readonly number[];
  /** Elements of a copied row, some more than the phases need: stores come in fours. */
  readonly length: number;
}

const roundUp = (count: number): number => Math.ceil(count / 4) * 4;

export function layOutRow(axis: TapAxis): RowLayout {
  const low = lowest(axis);
  const phases: Phase[] = [];
  let length = 0;
  for (const residue of residuesOf(axis)) {
    const reach = Math.max(
      ...axis.taps.map((tap) =>
        (tap - low) % axis.step === residue ? Math.floor((tap - low) / axis.step) : 0,
      ),
    );
    const count = axis.output + reach;
    phases.push({ first: low + residue, count, at: length });
    length += roundUp(count) + 4;
  }
  const offsetOf = (tap: number): number => {
    const { at } = phases.find(
      ({ first }) => (tap - first) % axis.step === 0 && first - low === (tap - low) % axis.step,
    )!;
    return at + Math.floor((tap - low) / axis.step);
  };
  return { phases, tapOffsets: axis.taps.map(offsetOf), length };
}

type Address = Expr<'i32'>;
const zero = (): Expr<'v128'> => f32x4.splat(0);

/** Zeros from element `at` on, up to three more than `count`. */
function clear(f: FunctionBuilder, row: Address, at: number, count: number): void {
  for (let i = 0; i < count; i += 4) f.v128.store(row, zero(), 4 * (at + i));
}

/** Elements in the way that phases are walked: four from a source whose neighbours are `step` apart. */
function four(source: Address, offset: number, step: number): Expr<'v128'> {
  if (step === 1) return v128.load(source, offset);
  if (step === 2) return shuffle32(v128.load(source, offset), v128.load(source, offset + 16), [0, 2, 4, 6]);
  return [1, 2, 3].reduce(
    (vector, lane) => v128.load32_lane(source, vector, lane, offset + 4 * lane * step),
    v128.load32_zero(source, offset),
  );
}

/** One phase of a row: zeros before the input begins, the input, zeros after its end. Stores come in this order. */
function copyPhase(
  f: FunctionBuilder,
  { input, step }: TapAxis,
  { first, count, at }: Phase,
  source: Address,
  row: Address,
): void {
  const begin = Math.min(Math.max(Math.ceil(-first / step), 0), count);
  const end = Math.min(Math.max(Math.ceil((input - first) / step), begin), count);
  clear(f, row, at, begin);
  const copied = end - begin;
  if (copied > 0) {
    const from = f.let('from', i32.add(source, 4 * (first + begin * step)));
    const to = f.let('to', i32.add(row, 4 * (at + begin)));
    const whole = copied - (copied % 4);
    if (whole > 0) {
      const stop = f.let('stop', i32.add(to, 4 * whole));
      f.doWhile(() => {
        f.v128.store(to, four(from, 0, step));
        f.set(from, i32.add(from, 16 * step));
        f.set(to, i32.add(to, 16));
        return i32.ne(to, stop);
      }, 'copy');
    }
    for (let i = 0; i < copied % 4; i++)
      f.v128.store32_lane(to, v128.load32_zero(from, 4 * i * step), 0, 4 * i);
  }
  clear(f, row, at + end, count - end);
}

type RowParams = { readonly source: 'i32'; readonly row: 'i32' };

/** Copies the input row at `source` to `row`. */
export const copyRowFunction = (build: Build, axis: TapAxis): Func<RowParams> =>
  build.once(`copy row ${JSON.stringify(axis)}`, () =>
    build.module.func(`copyRow.${axis.input}`, { source: 'i32', row: 'i32' }, [], (f, { source, row }) => {
      f.comment(`every ${axis.step}th of ${axis.input} elements, zeros around them`);
      for (const phase of layOutRow(axis).phases) copyPhase(f, axis, phase, source, row);
    }),
  );

/** Fills a row with zeros. */
export const clearRowFunction = (build: Build, length: number): Func<{ readonly row: 'i32' }> =>
  build.once(`clear row ${length}`, () =>
    build.module.func(`clearRow.${length}`, { row: 'i32' }, [], (f, { row }) => {
      const end = f.let('end', i32.add(row, 4 * length));
      f.doWhile(() => {
        f.v128.store(row, zero());
        f.set(row, i32.add(row, 16));
        return i32.ne(row, end);
      }, 'clear');
    }),
  );
