/** How a tensor whose elements are copied to more places or fewer is made row by row. All distances are in bytes. */
import { type AxisTable, sizeOf } from '@polyphase/ir';

/** Vectors of the input, each of which gives `times` vectors of the output: every element so many times. */
export interface Repeated {
  readonly kind: 'repeated';
  readonly times: number;
  /** Bytes of an element. */
  readonly element: number;
}

/** Vectors of the output, each made of bytes that lie within 16 of each other. */
export interface Picked {
  readonly kind: 'picked';
  /** Of each vector: where it begins in the output row, where those 16 begin in the input row, which of them it takes. */
  readonly vectors: readonly {
    readonly at: number;
    readonly from: number;
    readonly lanes: readonly number[];
  }[];
}

export interface Replication {
  readonly planes: number;
  readonly planeBytes: number;
  /** Where the input of each output row of a plane lies in the plane. */
  readonly rows: Int32Array;
  readonly inputRowBytes: number;
  readonly rowBytes: number;
  readonly copy: Repeated | Picked;
  /** The axes of the output that count rows of a plane; those before count planes. */
  readonly rowAxes: readonly [first: number, end: number];
}

export const vectorBytes = 16;
/** More rows than this in a plane are too long a table. */
const mostRows = 65536;
/** More vectors out of one than this are not written out. */
const mostTimes = 16;

const isMoved = ({ first }: AxisTable, from: number): boolean =>
  first.length !== from || first.some((index, o) => index !== o);

/** A tensor of `shape`, whose elements have so many bytes, copied along axes by their tables; undefined if not by rows. */
export function planReplication(
  shape: readonly number[],
  bytes: number,
  tables: ReadonlyMap<number, AxisTable>,
): Replication | undefined {
  const moved = [...tables.keys()]
    .filter((axis) => isMoved(tables.get(axis)!, shape[axis]!))
    .sort((a, b) => a - b);
  const [firstAxis, lastAxis] = [moved[0], moved.at(-1)];
  if (firstAxis === undefined || lastAxis === undefined) return undefined;
  const element = bytes * sizeOf(shape.slice(lastAxis + 1));
  const isRun = element >= vectorBytes;
  const end = isRun ? lastAxis + 1 : lastAxis;
  const lengths = shape.map((length, axis) => tables.get(axis)?.first.length ?? length);
  if (sizeOf(lengths.slice(firstAxis, end)) > mostRows) return undefined;
  const last = tables.get(lastAxis)!;
  const copy = isRun ? whole(bytes) : copyOf(last, shape[lastAxis]!, element);
  if (!copy) return undefined;
  return {
    planes: sizeOf(shape.slice(0, firstAxis)),
    planeBytes: bytes * sizeOf(shape.slice(firstAxis)),
    rows: rowsOf(shape, bytes, tables, firstAxis, end),
    inputRowBytes: isRun ? element : element * shape[lastAxis]!,
    rowBytes: isRun ? element : element * last.first.length,
    copy,
    rowAxes: [firstAxis, end],
  };
}

const whole = (element: number): Repeated => ({ kind: 'repeated', times: 1, element });

/** Where the rows that the axes from `begin` up to `end` count begin. */
function rowsOf(
  shape: readonly number[],
  bytes: number,
  tables: ReadonlyMap<number, AxisTable>,
  begin: number,
  end: number,
): Int32Array {
  let rows = Int32Array.of(0);
  for (let axis = begin; axis < end; axis++) {
    const inner = bytes * sizeOf(shape.slice(axis + 1));
    const along = tables.get(axis)?.first ?? Int32Array.from({ length: shape[axis]! }, (_, i) => i);
    const outer = rows;
    rows = new Int32Array(outer.length * along.length);
    for (const [i, row] of outer.entries())
      for (const [o, index] of along.entries()) rows[i * along.length + o] = row + index * inner;
  }
  return rows;
}

/** A row of elements of less than a vector. */
function copyOf({ first }: AxisTable, from: number, element: number): Repeated | Picked | undefined {
  const times = first.length / from;
  const even = Number.isInteger(times) && times <= mostTimes && vectorBytes % element === 0;
  if (even && from * element >= vectorBytes && first.every((index, o) => index === Math.floor(o / times)))
    return { kind: 'repeated', times, element };
  return picked(first, element);
}

function picked(first: Int32Array, element: number): Picked | undefined {
  const rowBytes = first.length * element;
  if (rowBytes < vectorBytes) return undefined;
  const starts = Array.from({ length: Math.ceil(rowBytes / vectorBytes) }, (_, i) =>
    Math.min(vectorBytes * i, rowBytes - vectorBytes),
  );
  const vectors = starts.map((at) => {
    const sources = Array.from(
      { length: vectorBytes },
      (_, i) => first[Math.floor((at + i) / element)]! * element + ((at + i) % element),
    );
    const from = Math.min(...sources);
    return { at, from, lanes: sources.map((source) => source - from) };
  });
  return vectors.every(({ lanes }) => lanes.every((lane) => lane < vectorBytes))
    ? { kind: 'picked', vectors }
    : undefined;
}
