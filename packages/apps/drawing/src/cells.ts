import type { Grid } from './grid.ts';
import { type Role, type Shape, short } from './picture.ts';

export const cell = 44;

export interface CellStyle {
  readonly fill: Role;
  /** Of the whole cell. */
  readonly opacity?: number;
  /** Of the colour alone. */
  readonly strength?: number;
  /** Default: the value. */
  readonly text?: string;
  readonly bold?: boolean;
}

/** A grid of numbers with a heading above it. */
export function cells(
  grid: Grid,
  heading: string,
  styleOf: (row: number, column: number) => CellStyle,
): readonly Shape[] {
  const shapes: Shape[] = [
    { kind: 'text', x: 0, y: 10, text: heading, size: 14, fill: 'ink', align: 'left', bold: true },
  ];
  for (let row = 0; row < grid.rows; row++)
    for (let column = 0; column < grid.columns; column++) {
      const { fill, opacity = 1, strength = 1, text, bold = false } = styleOf(row, column);
      const [x, y] = [column * cell, headingHeight + row * cell];
      shapes.push({
        kind: 'rect',
        x,
        y,
        width: cell,
        height: cell,
        fill,
        stroke: 'line',
        opacity: opacity * strength,
      });
      const value = text ?? short(grid.values[row * grid.columns + column]!);
      if (value !== '')
        shapes.push({
          kind: 'text',
          x: x + cell / 2,
          y: y + cell / 2,
          text: value,
          size: value.length > 4 ? 12 : 15,
          fill: 'ink',
          align: 'middle',
          bold,
          opacity,
        });
    }
  return shapes;
}

export const headingHeight = 28;

export const widthOf = ({ columns }: { readonly columns: number }): number => columns * cell;
export const heightOf = ({ rows }: { readonly rows: number }): number => headingHeight + rows * cell;
