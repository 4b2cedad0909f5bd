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

/** The shortest line of columns: one vector. */
export const leastColumns = 4;

/** Rows are packed into panels from this many blocks of rows on, which then share them. */
export const packingBlocks = 3;

interface TileCost {
  readonly rows: number;
  readonly vectors: number;
  /** Nanoseconds of one step of k, with separate and with fused multiplication and addition (V8 11.3). */
  readonly plain: number;
  readonly fused: number;
}

/**
 * Tiles that fit the 15 vector registers: rows + vectors + rows * vectors, and one more for a product. Others spill,
 * as 3 by 3 does without fused multiply-adds.
 */
const tiles: readonly TileCost[] = [
  { rows: 2, vectors: 4, plain: 1.75, fused: 1.25 },
  { rows: 1, vectors: 4, plain: 1.17, fused: 1.12 },
  { rows: 3, vectors: 3, plain: 3.28, fused: 1.36 },
  { rows: 2, vectors: 3, plain: 1.35, fused: 1.13 },
  { rows: 1, vectors: 3, plain: 1.0, fused: 1.09 },
  { rows: 4, vectors: 2, plain: 1.64, fused: 1.21 },
  { rows: 3, vectors: 2, plain: 1.35, fused: 1.13 },
  { rows: 2, vectors: 2, plain: 1.02, fused: 1.09 },
  { rows: 1, vectors: 2, plain: 0.84, fused: 1.04 },
  { rows: 6, vectors: 1, plain: 1.43, fused: 1.15 },
  { rows: 4, vectors: 1, plain: 1.14, fused: 1.11 },
  { rows: 3, vectors: 1, plain: 0.95, fused: 1.08 },
  { rows: 2, vectors: 1, plain: 0.84, fused: 1.03 },
  { rows: 1, vectors: 1, plain: 0.78, fused: 1.0 },
];
/** Nanoseconds to pack one vector of a panel. */
const packingCost = 0.35;

/** The fastest way to cut `rows` times `columns`, of which there are at least four. */
export const chooseBlocking = (rows: number, columns: number, relaxed: boolean): Blocking =>
  cheapest(rows, columns, relaxed).blocking;

/** Nanoseconds of one step of k, over all tiles of the fastest way. */
export const costOfBlocking = (rows: number, columns: number, relaxed: boolean): number =>
  cheapest(rows, columns, relaxed).cost;

function cheapest(rows: number, columns: number, relaxed: boolean) {
  const fitting = tiles.filter((tile) => tile.rows <= rows);
  const choices = fitting.map((tile) => {
    const blocking = blockingOf(rows, columns, tile);
    const { blocks, panels, starts } = blocking;
    const packing = blocks >= packingBlocks ? packingCost * starts.length : 0;
    return { blocking, cost: panels * (blocks * (relaxed ? tile.fused : tile.plain) + packing) };
  });
  return choices.reduce((best, choice) => (choice.cost < best.cost ? choice : best));
}

function blockingOf(rows: number, columns: number, tile: TileCost): Blocking {
  const vectors = Math.min(tile.vectors, Math.ceil(columns / 4));
  const width = Math.min(4 * vectors, columns);
  const starts = Array.from({ length: vectors }, (_, v) => Math.min(4 * v, width - 4));
  return {
    rows: tile.rows,
    starts,
    width,
    panels: Math.ceil(columns / width),
    blocks: Math.ceil(rows / tile.rows),
  };
}
