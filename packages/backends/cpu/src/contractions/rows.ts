/** The rows of a strip, by products of matrices or channel by channel. */
import { dtypes } from '@polyphase/ir';
import type { Build } from '../compile/build.ts';
import { type Expr, type Func, type FunctionBuilder, i32, select } from '../wasm/index.ts';
import { type DepthwiseShape, depthwiseFunction } from './depthwise.ts';
import { type MultiplyShape, multiplyFunction, panelsAtOnce } from './multiply.ts';
import type { Params } from './tile.ts';

type Address = Expr<'i32'>;
/** The addresses of a row's operands, by the names that tiles give them. */
type RowAt = (row: Address) => Record<string, Address>;

/** Writes the code for the first `count` rows of a strip. */
export type RowWriter = (f: FunctionBuilder, count: Address, rowAt: RowAt) => void;

/** Each row as a product of the weights with the row's columns, as many panels at once as are packed at once. */
export function multiplyRows(build: Build, shape: MultiplyShape): RowWriter {
  const multiply = multiplyFunction(build, shape);
  const { panels } = shape.blocking;
  const group = panelsAtOnce(shape);
  return (f, count, rowAt) => {
    f.for('row', 0, count, 1, (row) => {
      const args = fixed(f, rowAt(row));
      f.for('from', 0, panels, group, (from) => {
        const end = i32.add(from, group);
        const to = panels % group === 0 ? end : select(i32.const(panels), end, i32.gt_s(end, panels));
        f.call(multiply, { ...args, from, to });
      });
    });
  };
}

/** The rows of one channel by themselves, two at a time. */
export function depthwiseRows(build: Build, shape: Omit<DepthwiseShape, 'rows'>): RowWriter {
  const [two, one] = [
    depthwiseFunction(build, { ...shape, rows: 2 }),
    depthwiseFunction(build, { ...shape, rows: 1 }),
  ];
  return (f, count, rowAt) => {
    const pairs = f.let('pairs', i32.and(count, -2));
    f.for('row', 0, pairs, 2, (row) => wholeRow(f, shape, two, fixed(f, rowAt(row))));
    f.if(i32.ne(pairs, count), () => wholeRow(f, shape, one, fixed(f, rowAt(pairs))));
  };
}

/** Whole vectors of columns, then the last four columns if they were not among them. */
function wholeRow(
  f: FunctionBuilder,
  { tile, columns }: Omit<DepthwiseShape, 'rows'>,
  depthwise: Func<Params>,
  args: Record<string, Address>,
): void {
  const bytes = dtypes[tile.y.dtype].bytes;
  const part = (from: number, to: number) => {
    const walks = tile.epilogue?.walks.map(
      ({ steps }, i) => [`e${i}`, i32.add(args[`e${i}`]!, from * steps.lane)] as const,
    );
    f.call(depthwise, {
      ...args,
      b: i32.add(args.b!, 4 * from),
      y: i32.add(args.y!, bytes * from),
      end: i32.add(args.y!, bytes * to),
      ...Object.fromEntries(walks ?? []),
    });
  };
  part(0, columns - (columns % 4));
  if (columns % 4 > 0) part(columns - 4, columns);
}

/** The addresses as variables: they are used more than once. */
const fixed = (f: FunctionBuilder, args: Record<string, Address>): Record<string, Address> =>
  Object.fromEntries(Object.entries(args).map(([name, value]) => [name, f.let(name, value)]));
