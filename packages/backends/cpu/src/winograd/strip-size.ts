import { range } from '../families/geometry.ts';

/** How the tile rows of an image are cut into strips. */
export interface StripSize {
  /** Tile rows of each but perhaps the last, and how many strips there are. */
  readonly rows: number;
  readonly count: number;
  /** Tiles of a strip, side by side in blocks. */
  readonly tiles: number;
  readonly blocks: number;
}

/** Nanoseconds of one step of k with so many vectors of tiles, for two rows. */
const costs = [0, 1.03, 1.09, 1.13, 1.25] as const;
const vectorTiles = 4;
const blockVectors = 4;

/** The cost of a step of k over so many tiles in blocks. */
export function costOfTiles(tiles: number): number {
  const vectors = Math.ceil(tiles / vectorTiles);
  return Math.floor(vectors / blockVectors) * costs[4] + costs[vectors % blockVectors]!;
}

/** The strips that waste the least: whole tile rows whose tiles fill up blocks, about `most` of them. */
export function stripSize(tileRows: number, tileColumns: number, mostTiles: number): StripSize {
  const most = Math.max(1, Math.min(tileRows, Math.floor(mostTiles / tileColumns)));
  const cost = (rows: number): number => {
    const whole = Math.floor(tileRows / rows);
    return whole * costOfTiles(rows * tileColumns) + costOfTiles((tileRows % rows) * tileColumns);
  };
  const rows = range(most)
    .map((i) => i + 1)
    .reduce((best, each) => (cost(each) < cost(best) ? each : best));
  const tiles = rows * tileColumns;
  return {
    rows,
    count: Math.ceil(tileRows / rows),
    tiles,
    blocks: Math.ceil(tiles / (vectorTiles * blockVectors)),
  };
}

/** The cost of a step of k for all tiles of an image. */
export const costOfImage = ({ rows, tiles }: StripSize, tileRows: number, tileColumns: number): number =>
  Math.floor(tileRows / rows) * costOfTiles(tiles) + costOfTiles((tileRows % rows) * tileColumns);
