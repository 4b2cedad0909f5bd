/** How an output of rows times columns is cut into tiles. */
export interface Blocking {
  readonly rows: number;
  /** The first column of each vector of a tile. */
  readonly starts: readonly number[];
  /** Columns from one tile to the next. */
  readonly width: number;
  /** Tiles along the columns, and along the rows. The last one of each overlaps the one before where it must. */
  readonly panels: number;
  readonly blocks: number;
}

/** Rows that fit the 15 registers next to a number of vectors: rows + vectors + rows * vectors <= 15, and one to spare. */
const rowsOf: Readonly<Record<number, readonly number[]>> = {
  4: [2, 1],
  3: [2, 1],
  2: [4, 2, 1],
  1: [8, 4, 2, 1],
};

/** The shortest line of columns: one vector. */
export const leastColumns = 4;

/** About how many cycles a step of k takes: two products, or two loads, at a time. */
const cyclesOf = (rows: number, vectors: number): number => Math.max(rows * vectors, rows + vectors) / 2 + 1;

/** The fastest way to cut `rows` times `columns`, of which there are at least four. */
export function chooseBlocking(rows: number, columns: number): Blocking {
  const choices = Object.entries(rowsOf).flatMap(([vectors, counts]) =>
    counts.filter((count) => count <= rows).map((count) => blockingOf(rows, columns, count, Number(vectors))),
  );
  const cost = ({ rows: count, starts, panels, blocks }: Blocking): number =>
    panels * blocks * cyclesOf(count, starts.length);
  return choices.reduce((best, choice) => (cost(choice) < cost(best) ? choice : best));
}

function blockingOf(rows: number, columns: number, count: number, most: number): Blocking {
  const vectors = Math.min(most, Math.ceil(columns / 4));
  const width = Math.min(4 * vectors, columns);
  const starts = Array.from({ length: vectors }, (_, v) => Math.min(4 * v, width - 4));
  return { rows: count, starts, width, panels: Math.ceil(columns / width), blocks: Math.ceil(rows / count) };
}
