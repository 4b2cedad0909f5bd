/** Units of work that are some rows of one plane of the output: which plane a unit is of, and what it reads. */
import { type Expr, type FunctionBuilder, i32, type Local, select } from '../wasm/index.ts';
import type { Planes } from './strip.ts';

type Address = Expr<'i32'>;

/** Which plane a unit is of: `image` counts batches and groups. */
export interface PlanePlace {
  readonly image: Local<'i32'>;
  readonly depth: Local<'i32'>;
}

/** Of planes in images of `depths` each. */
export function placeOf(f: FunctionBuilder, depths: number, plane: Address): PlanePlace {
  const image = f.let('image', i32.div_u(plane, depths));
  return { image, depth: f.let('depth', i32.sub(plane, i32.mul(image, depths))) };
}

/** Bytes of all input channels of a group. */
export const bytesOf = ({ channels, axes }: Planes): number =>
  axes.reduce((all, { input }) => all * input, 4 * channels);

/** How many of `height` rows a strip of `stripRows` from `top` on has. */
export function rowsLeft(f: FunctionBuilder, height: number, stripRows: number, top: Address): Address {
  if (height % stripRows === 0) return i32.const(stripRows);
  const left = f.let('left', i32.sub(height, top));
  return f.let('rows', select(i32.const(stripRows), left, i32.gt_s(left, stripRows)));
}

/** Where the first column's taps of an output row are counted from, in the input as it is. */
export function inputRow({ axes }: Planes, source: Address, depth: Address, y: Address): Address {
  const [z, height, width] = axes;
  const row = i32.add(i32.mul(depth, z.step * height.input), i32.mul(y, height.step));
  return i32.add(source, i32.mul(row, 4 * width.input));
}
