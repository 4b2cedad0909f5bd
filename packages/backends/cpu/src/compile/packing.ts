import type { Func } from '../wasm/index.ts';
import { align } from './build.ts';
import { type Extent, leastPart, type Part, partsOf } from './parts.ts';

/**
 * Weights that a function of the module brings into the order in which kernels read them, once, before the first run.
 * They are copied to where activations will lie, part by part if there is not enough room.
 */
export interface Packing {
  readonly bytes: number;
  readonly func: Func;
  readonly source: Float32Array;
  readonly extent: Extent;
  /** What the function reads besides. */
  readonly tables: readonly Int32Array[];
  /** Arguments of the calls that pack a part. `source` is where element 0 of the part's group would lie. */
  calls(part: Part, at: Addresses): Iterable<readonly number[]>;
}

export interface Addresses {
  readonly source: number;
  readonly target: number;
  readonly tables: readonly number[];
}

/** The memory that a packing may use meanwhile. */
export interface Room {
  readonly address: number;
  readonly bytes: number;
}

const tablesBytes = ({ tables }: Packing): number =>
  tables.reduce((sum, { byteLength }) => sum + align(byteLength), 0);

/** The least room for it. */
export const roomFor = (packing: Packing): number => tablesBytes(packing) + 4 * leastPart(packing.extent);

export type PackFunction = (...args: readonly number[]) => void;

/** Packs to `target`. */
export function pack(
  packing: Packing,
  call: PackFunction,
  memory: ArrayBufferLike,
  target: number,
  { address, bytes }: Room,
): void {
  let end = address;
  const tables = packing.tables.map((table) => {
    const at = end;
    new Int32Array(memory, at, table.length).set(table);
    end += align(table.byteLength);
    return at;
  });
  const { source, extent } = packing;
  let copied: Part | undefined;
  for (const part of partsOf(extent, source.length, Math.floor((address + bytes - end) / 4))) {
    if (part.begin !== copied?.begin || part.end !== copied.end)
      new Float32Array(memory, end, part.end - part.begin).set(source.subarray(part.begin, part.end));
    copied = part;
    const first = end + 4 * (part.group * extent.groupStep - part.begin);
    for (const args of packing.calls(part, { source: first, target, tables })) call(...args);
  }
}
