import { type CumulativeAttributes, type DType, ops, type Value } from '@polyphase/ir';
import { int } from '../attributes.ts';
import type { Exporters, Exporting } from '../exporting.ts';
import { computed, constantOf, lacking, scalar } from './shared.ts';

const chosenTypes: readonly DType[] = ['float64', 'float32', 'int32', 'int64', 'uint8'];
const triangleTypes: readonly DType[] = ['bool', 'float64', 'float32', 'int32', 'int64'];
const summedTypes: readonly DType[] = ['float64', 'float32', 'int32', 'int64'];
const multipliedTypes: readonly DType[] = [...summedTypes, 'uint32', 'uint64'];

/** prod over j <= i of x[j]: a triangle of copies of x, 1 above the diagonal, multiplied along its rows. */
function cumulativeProduct(
  x: Value,
  { axis, exclusive, reverse }: CumulativeAttributes,
  context: Exporting,
): Value {
  const { shape, dtype } = x.type;
  const length = shape[axis];
  if (typeof length !== 'number') return lacking(context, 'CumProd along an axis of open length', 26);
  const counts = (i: number, j: number): boolean =>
    exclusive && i === j ? false : reverse ? j >= i : j <= i;
  const mask = Float64Array.from({ length: length * length }, (_, at) =>
    Number(counts(Math.floor(at / length), at % length)),
  );
  const copies = context.make(ops.reshape, { x }, { shape: shape.toSpliced(axis, 0, 1) });
  const maskShape = [length, length, ...shape.slice(axis + 1).map(() => 1)];
  const factors = context.make(ops.where, {
    condition: constantOf(context, 'bool', maskShape, mask),
    a: copies,
    b: scalar(context, dtype, 1),
  });
  return context.make(ops.reduceProd, { x: factors }, { axes: [axis + 1], keepDims: false });
}

const directions = ({ exclusive, reverse }: CumulativeAttributes) => ({
  exclusive: int(exclusive),
  reverse: int(reverse),
});

export const selecting = {
  where: ({ condition, a, b }, _, context) =>
    computed(context, 'Where', [a, b], chosenTypes, { first: [condition] }),
  trilu: ({ x }, { upper, k }, context) =>
    computed(context, 'Trilu', [x], triangleTypes, {
      attributes: { upper: int(upper) },
      last: [scalar(context, 'int64', k)],
    }),
  cumSum: ({ x }, attributes, context) =>
    computed(context, 'CumSum', [x], summedTypes, {
      attributes: directions(attributes),
      last: [scalar(context, 'int64', attributes.axis)],
    }),
  cumProd: ({ x }, attributes, context) =>
    context.opset < 26
      ? cumulativeProduct(x, attributes, context)
      : computed(context, 'CumProd', [x], multipliedTypes, {
          attributes: directions(attributes),
          last: [scalar(context, 'int64', attributes.axis)],
        }),
} satisfies Partial<Exporters>;
