/** Short names for what kernels write again and again. */
import { f32x4, i8x16 } from './expr.ts';
import type { Expr } from './nodes.ts';

type Vector = Expr<'v128'>;

/** a * b + acc in four lanes: fused (one rounding) where the machine can if `relaxed`, else with two roundings. */
export const madd = (a: Vector, b: Vector, acc: Vector, relaxed: boolean): Vector =>
  relaxed ? f32x4.relaxed_madd(a, b, acc) : f32x4.add(f32x4.mul(a, b), acc);

/** Four 32-bit lanes out of eight: 0 to 3 are those of `a`, 4 to 7 those of `b`. */
export const shuffle32 = (a: Vector, b: Vector, lanes: readonly [number, number, number, number]): Vector =>
  i8x16.shuffle(
    a,
    b,
    lanes.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
  );
