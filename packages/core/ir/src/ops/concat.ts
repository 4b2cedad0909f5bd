import { add, type Dim } from '../dim.ts';
import type { Value } from '../graph.ts';
import { defineOp } from '../op.ts';
import { stridesOf } from '../tensor.ts';
import { clipInterval, fill, offsetOf } from './indexing.ts';
import { checkAxis, checkLength, checkRank, checkSameDType } from './shared.ts';

export interface ConcatAttributes {
  readonly axis: number;
}

/** Where each part begins along the axis that parts of these lengths share, and where the last one ends. */
export function partOffsets(lengths: readonly number[]): number[] {
  const offsets = [0];
  for (const length of lengths) offsets.push(offsets.at(-1)! + length);
  return offsets;
}

/** Operands one after another along an axis. */
export const concat = defineOp<ConcatAttributes>()({
  name: 'concat',
  inputs: ['...xs'],

  infer({ xs }, { axis }) {
    const dtype = checkSameDType(xs);
    const shape = [...xs[0]!.type.shape];
    checkAxis(axis, shape.length);
    for (const [i, x] of xs.entries()) checkPart(i, x, shape, axis);
    shape[axis] = xs.reduce<Dim>((sum, x) => add(sum, x.type.shape[axis]!), 0);
    return { dtype, shape };
  },

  define({ xs }, { axis }, [y]) {
    const offsets = partOffsets(xs.map((x) => x.shape[axis]!));
    const strides = xs.map((x) => stridesOf(x.shape));
    return fill(y!.shape, (index) => {
      const part = offsets.findLastIndex((offset, i) => i < xs.length && index[axis]! >= offset);
      const inPart = index.map((i, a) => (a === axis ? i - offsets[part]! : i));
      return xs[part]!.data[offsetOf(inPart, strides[part]!)]!;
    });
  },

  reads(region, { xs }, { axis }) {
    const [begin, end] = region[axis]!;
    const offsets = partOffsets(xs.map((x) => x.shape[axis]!));
    return {
      xs: xs.map((x, i) =>
        region.with(axis, clipInterval([begin - offsets[i]!, end - offsets[i]!], x.shape[axis]!)),
      ),
    };
  },
});

function checkPart(i: number, x: Value, shape: readonly Dim[], axis: number): void {
  checkRank(`operand ${i}`, x, shape.length);
  for (const [a, length] of shape.entries()) {
    if (a !== axis) checkLength(`axis ${a} of operand ${i}`, x.type.shape[a]!, length);
  }
}
