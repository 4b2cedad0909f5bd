/** Copies of input rows with their borders filled in, so that every tap of every output column reads in bounds. */
import type { Build } from '../compile/build.ts';
import {
  type Expr,
  type Func,
  type FunctionBuilder,
  f32x4,
  i32,
  type Local,
  shuffle32,
  v128,
} from '../wasm/index.ts';

/** One axis of a correlation: output o reads input o * step + tap, for each tap; outside of the input is 0. */
export interface TapAxis {
  readonly input: number;
  readonly output: number;
  readonly step: number;
  readonly taps: readonly number[];
}

/** Taps of the three axes. */
export type Taps = readonly [readonly number[], readonly number[], readonly number[]];

/** All that are in one of the lists, in order. */
export const unionOf = (lists: readonly (readonly number[])[]): readonly number[] =>
  [...new Set(lists.flat())].sort((a, b) => a - b);

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

/** A part of a phase that the input has. */
interface Stretch {
  readonly begin: number;
  readonly end: number;
}

function insideOf({ input, step }: TapAxis, { first, count }: Phase): Stretch {
  const begin = Math.min(Math.max(Math.ceil(-first / step), 0), count);
  return { begin, end: Math.min(Math.max(Math.ceil((input - first) / step), begin), count) };
}

/** Runs `body` for every four of `count` elements; the last ones overlap those before where there are as many. */
function inFours(
  f: FunctionBuilder,
  count: number,
  steps: readonly (readonly [Local<'i32'>, number])[],
  body: () => void,
): void {
  const [[first, bytes]] = steps as readonly [readonly [Local<'i32'>, number]];
  const move = (elements: number): void => {
    for (const [local, step] of steps) f.set(local, i32.add(local, elements * step));
  };
  const stop = f.let('stop', i32.add(first, (count - (count % 4)) * bytes));
  f.doWhile(() => {
    body();
    move(4);
    return i32.ne(first, stop);
  }, 'copy');
  if (count % 4 === 0) return;
  move((count % 4) - 4);
  body();
}

/** Elements of a phase, one by one. */
function copyFew(
  f: FunctionBuilder,
  { step }: TapAxis,
  { first, at }: Phase,
  { begin, end }: Stretch,
  source: Address,
  row: Address,
): void {
  const from = i32.add(source, 4 * (first + begin * step));
  for (let i = 0; i < end - begin; i++)
    f.v128.store32_lane(i32.add(row, 4 * (at + begin)), v128.load32_zero(from, 4 * i * step), 0, 4 * i);
}

/** One phase of a row: zeros before the input begins, the input, zeros after its end. Stores come in this order. */
function copyPhase(f: FunctionBuilder, axis: TapAxis, phase: Phase, source: Address, row: Address): void {
  const { step } = axis;
  const { first, count, at } = phase;
  const { begin, end } = insideOf(axis, phase);
  clear(f, row, at, begin);
  if (end - begin < 4) copyFew(f, axis, phase, { begin, end }, source, row);
  else {
    const from = f.let('from', i32.add(source, 4 * (first + begin * step)));
    const to = f.let('to', i32.add(row, 4 * (at + begin)));
    const steps = [[from, 4 * step] as const, [to, 4] as const];
    inFours(f, end - begin, steps, () => f.v128.store(to, four(from, 0, step)));
  }
  clear(f, row, at + end, count - end);
}

/** Two phases that lie one input apart, every second of which they are: both from the same loads. */
function copyPair(
  f: FunctionBuilder,
  axis: TapAxis,
  pair: readonly [Phase, Phase],
  source: Address,
  row: Address,
): void {
  const stretches = pair.map((phase) => insideOf(axis, phase));
  const begin = Math.max(...stretches.map((each) => each.begin));
  const end = Math.min(...stretches.map((each) => each.end));
  const [even, odd] = pair;
  for (const [i, phase] of pair.entries()) {
    clear(f, row, phase.at, stretches[i]!.begin);
    copyFew(f, axis, phase, { begin: stretches[i]!.begin, end: begin }, source, row);
  }
  const from = f.let('from', i32.add(source, 4 * (even.first + 2 * begin)));
  const to = f.let('to', i32.add(row, 4 * (even.at + begin)));
  const steps = [[from, 8] as const, [to, 4] as const];
  inFours(f, end - begin, steps, () => {
    const [a, b] = [f.let('a', v128.load(from)), f.let('b', v128.load(from, 16))];
    f.v128.store(to, shuffle32(a, b, [0, 2, 4, 6]));
    f.v128.store(to, shuffle32(a, b, [1, 3, 5, 7]), 4 * (odd.at - even.at));
  });
  for (const [i, phase] of pair.entries()) {
    copyFew(f, axis, phase, { begin: end, end: stretches[i]!.end }, source, row);
    clear(f, row, phase.at + stretches[i]!.end, phase.count - stretches[i]!.end);
  }
}

/** Two phases that can be copied together. */
function pairOf(axis: TapAxis, phases: readonly Phase[]): readonly [Phase, Phase] | undefined {
  const [even, odd] = phases;
  if (axis.step !== 2 || !even || !odd) return undefined;
  const [a, b] = [insideOf(axis, even), insideOf(axis, odd)];
  const common = Math.min(a.end, b.end) - Math.max(a.begin, b.begin);
  return odd.first === even.first + 1 && common >= 4 ? [even, odd] : undefined;
}

type RowParams = { readonly source: 'i32'; readonly row: 'i32' };

/** Copies the input row at `source` to `row`. */
export const copyRowFunction = (build: Build, axis: TapAxis): Func<RowParams> =>
  build.once(`copy row ${JSON.stringify(axis)}`, () =>
    build.module.func(`copyRow.${axis.input}`, { source: 'i32', row: 'i32' }, [], (f, { source, row }) => {
      f.comment(`every ${axis.step}th of ${axis.input} elements, zeros around them`);
      const { phases } = layOutRow(axis);
      const pair = pairOf(axis, phases);
      if (pair) copyPair(f, axis, pair, source, row);
      else for (const phase of phases) copyPhase(f, axis, phase, source, row);
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
