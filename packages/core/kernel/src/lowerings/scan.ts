import { add, binary, constant, ge, int, lt, sub } from '../build.ts';
import { type BinaryName, type Expr, scalarOf } from '../expr.ts';
import type { At, Builder, Lowering, Lowerings, Operand } from '../lowering.ts';
import { workType } from './elementwise.ts';
import { clamp } from './window.ts';

interface Cumulative {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** `join` of the element `distance` before (after, in reverse) each one; `otherwise` where there is none. */
const shifted =
  (b: Builder, x: Operand, { axis, reverse }: Cumulative, distance: number) =>
  (index: readonly Expr[], join: (e: Expr) => Expr, otherwise: () => Expr): Expr => {
    const length = x.shape[axis]!;
    const i = index[axis]!;
    const [at, exists] = reverse
      ? [add(i, int(distance)), lt(i, int(length - distance))]
      : [sub(i, int(distance)), ge(i, int(distance))];
    const element = (): Expr => join(b.read(x, index.with(axis, clamp(at, length))));
    return b.choose(exists, (length - distance) / length, element, otherwise);
  };

/**
 * A running total in log2(length) steps that each join elements twice as far apart (Hillis and Steele), so that no
 * element waits for the one before it.
 */
const scanOp =
  (op: BinaryName, start: number): Lowering<'x', Cumulative> =>
  ({ x }, attributes, b): At => {
    const { axis, exclusive } = attributes;
    let totals = x;
    for (let distance = 1; distance < x.shape[axis]!; distance *= 2) {
      const before = totals;
      const other = shifted(b, before, attributes, distance);
      totals = b.stage(`every${2 * distance}`, workType(x.dtype), x.shape, (index) => {
        const own = b.read(before, index);
        return other(
          index,
          (e) => binary(op, e, own),
          () => own,
        );
      });
    }
    if (!exclusive) return (index) => b.read(totals, index);
    const previous = shifted(b, totals, attributes, 1);
    return (index) =>
      previous(
        index,
        (e) => e,
        () => constant(scalarOf[x.dtype], start),
      );
  };

export const scans = {
  cumSum: scanOp('add', 0),
  cumProd: scanOp('mul', 1),
} satisfies Partial<Lowerings>;
