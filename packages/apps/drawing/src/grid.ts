/** Numbers in rows. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Row by row. */
  readonly values: Float64Array;
}

export const gridOf = (
  rows: number,
  columns: number,
  valueAt: (row: number, column: number) => number,
): Grid => ({
  rows,
  columns,
  values: Float64Array.from({ length: rows * columns }, (_, i) =>
    valueAt(Math.floor(i / columns), i % columns),
  ),
});

export const at = ({ columns, values }: Grid, row: number, column: number): number =>
  values[row * columns + column]!;

/** Element by element. */
export const sum = (a: Grid, b: Grid): Grid => ({
  ...a,
  values: a.values.map((value, i) => value + b.values[i]!),
});

export const zeros = (rows: number, columns: number): Grid => gridOf(rows, columns, () => 0);
