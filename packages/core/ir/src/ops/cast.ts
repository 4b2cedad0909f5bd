import { type DType, dtypes, isFloat, isInteger, rangeOf, roundTo } from '../dtype.ts';
import { defineOp, need } from '../op.ts';

export interface CastAttributes {
  readonly to: DType;
}

/**
 * One element of `from` as `to` holds it. Floating point to integers truncates, NaN to 0; what lies out of range goes
 * to the nearest end of it (ONNX leaves that open). Integers to narrower ones wrap; anything to bool is whether it is 0.
 */
export function castElement(value: number, from: DType, to: DType): number {
  if (!isFloat(from) || !isInteger(to)) return roundTo(to, value);
  const [least, greatest] = rangeOf(to);
  return Number.isNaN(value) ? 0 : Math.min(Math.max(Math.trunc(value), least), greatest) + 0;
}

export const cast = defineOp<CastAttributes>()({
  name: 'cast',
  inputs: ['x'],

  infer({ x }, { to }) {
    need(to in dtypes, 'PP2003', () => [
      `the type ${to} does not exist`,
      `Use one of ${Object.keys(dtypes).join(', ')}`,
    ]);
    return { dtype: to, shape: x.type.shape };
  },

  define: ({ x }, { to }) => x.data.map((element) => castElement(element, x.dtype, to)),
  reads: (region) => ({ x: region }),
});
