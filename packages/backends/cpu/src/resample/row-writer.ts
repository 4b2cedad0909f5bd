import type { Place } from '../compile/build.ts';
import type { TileShape } from '../contractions/tile.ts';
import type { Expr, FunctionBuilder, Local } from '../wasm/index.ts';

type Locals = Readonly<Record<string, Local<'i32'>>>;

/** What an output row is made of. */
export interface RowShape {
  /** Input rows of an output row. */
  readonly taps: number;
  readonly inputColumns: number;
  readonly outputColumns: number;
  readonly tile: TileShape;
}

/** Some output rows of a plane, one after the other. */
export interface Strip {
  /** The addresses that the task takes. */
  readonly p: Locals;
  /** The input plane. */
  readonly source: Local<'i32'>;
  /** Each row's entry: after which input row it can be made, which input rows it is made of, and their weights. */
  readonly entry: Local<'i32'>;
  /** Past the last entry. */
  readonly end: Expr<'i32'>;
  /** Where the output and the epilogue's operands of the first row lie, by the names that tiles give them. */
  readonly row: Locals;
}

/** One way to write the rows of a strip. */
export interface StripWriter {
  /** In traces. */
  readonly kernel: string;
  /** Equal for equal code. */
  readonly key: string;
  /** What it uses besides input and output. */
  readonly places: Readonly<Record<string, Place>>;
  write(f: FunctionBuilder, strip: Strip): void;
}

/** Bytes of a row's entry. */
export const entryBytes = (taps: number): number => 4 + 8 * taps;

/** How far the addresses of a strip's row lie from those of the row before, without those that stay. */
export function rowSteps({ tile }: RowShape): readonly (readonly [name: string, bytes: number])[] {
  const walks = tile.epilogue?.walks.map(({ steps }, i) => [`e${i}`, steps.row] as const) ?? [];
  return [['y', tile.y.row] as const, ...walks].filter(([, bytes]) => bytes !== 0);
}
