import { dtypes } from '@polyphase/ir';
import {
  type Buffer,
  type KernelProgram,
  lifetimesOf,
  type PlacedProgram,
  planArena,
  rootOf,
  touchedBy,
} from '@polyphase/kernel';
import { align, type Build, type Place } from './build.ts';
import { type Room, roomFor } from './packing.ts';

/** Where everything lies in a program's memory: [constants and packed weights][activations][shared][scratch of each thread]. */
export interface Layout {
  /** Threads are counted from 0. */
  addressOf(place: Place, thread?: number): number;
  /** The constants that lie in memory as they are; others have been packed into data. */
  readonly raw: ReadonlySet<Buffer>;
  /** Bytes of each part, and of all with what alignment takes. */
  readonly constants: number;
  readonly activations: number;
  readonly scratch: number;
  readonly total: number;
  /** Activations if none shared memory, and the most of them alive at one step. */
  readonly unshared: number;
  readonly lowerBound: number;
  /** All that is no constant: until the first run it is free. */
  readonly room: Room;
}

/** Vector loads may reach past the end of what they read, by less than this. */
const slack = 64;

const bytesOf = ({ dtype, size }: Buffer): number => size * dtypes[dtype].bytes;

/** The constants that are read as they are, not packed into data. */
function rawConstants({ constants, inputs, outputs }: KernelProgram, { tasks }: Build): ReadonlySet<Buffer> {
  const read = tasks.flatMap(({ places }) =>
    places.flatMap((place) => (place.kind === 'buffer' ? [place.buffer] : [])),
  );
  return new Set([...read, ...inputs, ...outputs].filter((buffer) => constants.has(buffer)));
}

/** Lays out all that the tasks of a build touch. Nothing lies at address 0, so that no address is negative on the way. */
export function layOut(placed: PlacedProgram, build: Build, threads: number): Layout {
  const addresses = new Map<object, number>();
  let end = slack;
  const put = (thing: object, bytes: number): void => {
    addresses.set(thing, end);
    end = align(end + bytes);
  };
  const raw = rawConstants(placed.program, build);
  for (const buffer of raw) put(buffer, bytesOf(buffer));
  for (const data of build.data) put(data, data.bytes);
  const arena = align(end + slack);
  const activations = planActivations(placed);
  for (const [buffer, offset] of activations.offsets) addresses.set(buffer, arena + offset);
  const shared = align(arena + activations.total + slack);
  const scratch = align(shared + build.sharedBytes + slack);
  const scratchOfThread = align(build.scratchBytes + slack);
  const packing = Math.max(0, ...build.packings.map(roomFor));
  const total = Math.max(scratch + threads * scratchOfThread, arena + packing);
  return {
    addressOf(place, thread = 0) {
      if (place.kind === 'number') return place.value;
      if (place.kind === 'shared') return shared + place.offset;
      if (place.kind === 'scratch') return scratch + thread * scratchOfThread + place.offset;
      if (place.kind === 'data') return addresses.get(place.data)!;
      const { within, offset } = rootOf(placed.placements, place.buffer);
      return addresses.get(within)! + offset * dtypes[within.dtype].bytes + (place.offset ?? 0);
    },
    raw,
    constants: end,
    activations: activations.total,
    unshared: activations.unshared,
    lowerBound: activations.lowerBound,
    scratch: build.sharedBytes + threads * build.scratchBytes,
    total,
    room: { address: arena, bytes: total - arena },
  };
}

/** Inputs live from before the first step, outputs until after the last; what lies inside a buffer, as long as that. */
function planActivations({ program, placements }: PlacedProgram) {
  const { constants, steps, inputs, outputs } = program;
  const touched = [inputs, ...steps.map(touchedBy), outputs];
  const roots = touched.map((buffers) => buffers.map((buffer) => rootOf(placements, buffer).within));
  const moving = roots.map((buffers) => buffers.filter((buffer) => !constants.has(buffer)));
  return planArena(lifetimesOf(moving, bytesOf));
}
