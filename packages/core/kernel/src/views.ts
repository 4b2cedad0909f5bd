import { stridesOf } from '@polyphase/ir';
import { div, int, mod, sumOf } from './build.ts';
import type { Expr } from './expr.ts';

/** The flat position of an index in a row-major tensor. */
export function flatten(index: readonly Expr[], shape: readonly number[]): Expr {
  const strides = stridesOf(shape);
  return sumOf(index.flatMap((i, axis) => (shape[axis] === 1 ? [] : [[i, strides[axis]!] as const])));
}

/** The index of a flat position. */
export function unflatten(position: Expr, shape: readonly number[]): Expr[] {
  const strides = stridesOf(shape);
  return shape.map((length, axis) => {
    if (length === 1) return int(0);
    const outer = div(position, int(strides[axis]!));
    return shape.slice(0, axis).every((other) => other === 1) ? outer : mod(outer, int(length));
  });
}

/** Axes of two shapes that hold the same elements. */
interface AxisGroup {
  readonly from: readonly [begin: number, end: number];
  readonly to: readonly [begin: number, end: number];
}

/** Both shapes cut into the shortest runs of axes that have equally many elements. */
export function axisGroups(from: readonly number[], to: readonly number[]): AxisGroup[] {
  const groups: AxisGroup[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const [first, second] = [i, j];
    let [a, b] = [from[i++] ?? 1, to[j++] ?? 1];
    while (a !== b) {
      if (a < b) a *= from[i++] ?? 1;
      else b *= to[j++] ?? 1;
    }
    groups.push({ from: [first, Math.min(i, from.length)], to: [second, Math.min(j, to.length)] });
  }
  return groups;
}

/** The index into the shape `to` that has the same flat position as this index into `from`. */
export function reindex(index: readonly Expr[], from: readonly number[], to: readonly number[]): Expr[] {
  return axisGroups(from, to).flatMap((group) => {
    const [source, target] = [from.slice(...group.from), to.slice(...group.to)];
    const part = index.slice(...group.from);
    if (source.length === 1 && target.length === 1) return part;
    return unflatten(flatten(part, source), target);
  });
}
