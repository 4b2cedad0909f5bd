import { type Axis, type Correlation, type Phase, range, type Three } from './geometry.ts';

/**
 * How the outputs at one position are spread over vectors: each output channel of a group, in each phase, is a row; a
 * vector has `lanes` rows; an invocation computes a block of `slots` vectors.
 */
export interface Arrangement {
  readonly lanes: 1 | 2 | 4;
  /** The lanes of a vector are channels of one phase, or phases of one channel. */
  readonly order: 'channels' | 'phases';
  readonly slots: number;
  /** Blocks of a group; rows of the last that are too many are not stored. */
  readonly blocks: number;
}

/** The phases of all axes together, the last axis running fastest. */
export const phasesOf = ({ axes: [z, y, x] }: Correlation): readonly Three<Phase>[] =>
  z.phases.flatMap((a) => y.phases.flatMap((b) => x.phases.map((c): Three<Phase> => [a, b, c])));

/** An arrangement of about so many vectors a block, holding whole channels where the order asks for that. */
export function arrange(
  correlation: Correlation,
  phases: number,
  order: Arrangement['order'],
  lanes: Arrangement['lanes'],
  slots: number,
): Arrangement {
  if (order === 'phases') {
    const vectors = Math.ceil((correlation.rows * phases) / lanes);
    const taken = Math.min(slots, vectors);
    return { order, lanes, slots: taken, blocks: Math.ceil(vectors / taken) };
  }
  const vectors = Math.ceil(correlation.rows / lanes);
  const taken = Math.min(Math.max(Math.floor(slots / phases), 1), vectors);
  return { order, lanes, slots: taken * phases, blocks: Math.ceil(vectors / taken) };
}

/** A row of a block: its channel counted from the block's first, and its phase. */
export interface Row {
  readonly channel: number;
  readonly phase: number;
}

/** Channels of a block, when blocks hold whole channels. */
export const channelsPerBlock = (
  { order, lanes, slots }: Arrangement,
  phases: number,
): number | undefined => {
  if (order === 'channels') return (slots / phases) * lanes;
  const channels = (slots * lanes) / phases;
  return Number.isInteger(channels) ? channels : undefined;
};

/** The row of a lane, the same in every block that holds whole channels. */
export function rowIn({ order, lanes }: Arrangement, phases: number, slot: number, lane: number): Row {
  if (order === 'channels')
    return { channel: Math.floor(slot / phases) * lanes + lane, phase: slot % phases };
  const row = slot * lanes + lane;
  return { channel: Math.floor(row / phases), phase: row % phases };
}

/** The row of a lane of a given block, its channel counted from the group's first. */
export function rowOf(a: Arrangement, phases: number, block: number, slot: number, lane: number): Row {
  const whole = channelsPerBlock(a, phases);
  if (whole === undefined) return rowIn(a, phases, block * a.slots + slot, lane);
  const row = rowIn(a, phases, slot, lane);
  return { ...row, channel: block * whole + row.channel };
}

/** A vector of weights: for a slot, at an offset along the innermost axis. */
export interface Entry {
  readonly slot: number;
  readonly offset: number;
}

/** The products with one row of the input, at these offsets along the outer axes. */
export interface TapRow {
  readonly z: number;
  readonly y: number;
  readonly entries: readonly Entry[];
}

/** All products of a block with one input channel, leaving out those whose weights are zero in all lanes. */
export function tapRowsOf(correlation: Correlation, a: Arrangement): readonly TapRow[] {
  const phases = phasesOf(correlation);
  const slots = phasesBySlot(a, phases);
  const [zs, ys, xs] = correlation.axes.map(offsetsOf) as [number[], number[], number[]];
  const rows = zs.flatMap((z) =>
    ys.map((y): TapRow => {
      const reads = (phase: Three<Phase>, x: number) =>
        reaches(phase[0], z) && reaches(phase[1], y) && reaches(phase[2], x);
      const entries = xs.flatMap((offset) =>
        slots.flatMap((own, slot) =>
          own === 'any' || own.some((phase) => reads(phase, offset)) ? [{ slot, offset }] : [],
        ),
      );
      return { z, y, entries };
    }),
  );
  return rows.filter(({ entries }) => entries.length > 0);
}

/** The phases that a slot's lanes have; any, where blocks differ. */
const phasesBySlot = (
  a: Arrangement,
  phases: readonly Three<Phase>[],
): readonly ('any' | readonly Three<Phase>[])[] =>
  range(a.slots).map((slot) =>
    channelsPerBlock(a, phases.length) === undefined
      ? 'any'
      : range(a.lanes).map((lane) => phases[rowIn(a, phases.length, slot, lane).phase]!),
  );

const reaches = ({ taps }: Phase, offset: number): boolean => taps.some((tap) => tap.offset === offset);

const offsetsOf = ({ phases }: Axis): number[] =>
  [...new Set(phases.flatMap(({ taps }) => taps.map(({ offset }) => offset)))].sort((a, b) => a - b);
