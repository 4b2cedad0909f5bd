/** Rows in which each input gives as many outputs, all by the same weights. */
import type { AxisTable } from '@polyphase/ir';
import { canInterleave } from '../contractions/interleave.ts';

/** A product of one phase: with which neighbour of its own input, and by what. */
interface PhaseTap {
  readonly distance: number;
  readonly weight: number;
}

/** Each input gives the outputs of all phases; beyond the ends, the last elements are repeated. */
export interface RowPhases {
  readonly inputs: number;
  readonly phases: readonly (readonly PhaseTap[])[];
}

/** How far apart weights of one phase may be: coordinates are rounded. */
const weightError = 2 ** -22;
/** Neighbours at most a vector away. */
const mostDistance = 4;
/** The blocks at the ends overlap in what they read, not beyond. */
const leastInputs = 8;

const readOf = ({ first, taps, read }: AxisTable, output: number): readonly [begin: number, end: number] => [
  read?.first[output] ?? first[output]!,
  (read?.last[output] ?? first[output]! + taps - 1) + 1,
];

/** The phases of an axis of `from` inputs, if all of its outputs are theirs. */
export function rowPhases(table: AxisTable, from: number): RowPhases | undefined {
  const step = table.first.length / from;
  if (!canInterleave(step) || from < leastInputs) return undefined;
  const middle = from >> 1;
  const phases = Array.from({ length: step }, (_, phase) => {
    const output = middle * step + phase;
    const [begin, end] = readOf(table, output);
    return Array.from({ length: end - begin }, (_, i): PhaseTap => {
      const weight = table.weights[output * table.taps + begin + i - table.first[output]!]!;
      return { distance: begin + i - middle, weight };
    });
  });
  const near =
    phases.every((taps) => taps.some(({ distance }) => distance === 0)) &&
    phases.flat().every(({ distance }) => Math.abs(distance) <= mostDistance);
  const found: RowPhases = { inputs: from, phases };
  return near && table.first.every((_, output) => agrees(table, found, output)) ? found : undefined;
}

/** Whether an output reads what its phase does, and weighs it alike. */
function agrees(table: AxisTable, { inputs, phases }: RowPhases, output: number): boolean {
  const [begin, end] = readOf(table, output);
  const wanted = new Map<number, number>();
  for (const { distance, weight } of phases[output % phases.length]!) {
    const index = Math.min(Math.max(Math.floor(output / phases.length) + distance, 0), inputs - 1);
    wanted.set(index, (wanted.get(index) ?? 0) + weight);
  }
  const offset = output * table.taps - table.first[output]!;
  const isNear = ([index, weight]: readonly [number, number]): boolean =>
    index >= begin && index < end && Math.abs(weight - table.weights[offset + index]!) <= weightError;
  return wanted.size === end - begin && [...wanted].every(isNear);
}
