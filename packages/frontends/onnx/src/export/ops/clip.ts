import type { DType, Value } from '@polyphase/ir';
import type { Exporters } from '../exporting.ts';
import { castTo, computingType, rankOf, reshapeTo } from './shared.ts';

const types: readonly DType[] = [
  'float64',
  'float32',
  'float16',
  'int32',
  'int64',
  'int8',
  'uint32',
  'uint64',
  'uint8',
];

export const clipping = {
  clip({ x, min, max }, _, context) {
    const dtype = computingType(x.type.dtype, types);
    const bound = (value: Value | undefined): Value | undefined =>
      value && castTo(context, rankOf(value) === 0 ? value : reshapeTo(context, value, []), dtype);
    const inputs = [castTo(context, x, dtype), bound(min), bound(max)];
    const y = context.node('Clip', inputs, {}, { ...context.types[0]!, dtype });
    return castTo(context, y, x.type.dtype);
  },
} satisfies Partial<Exporters>;
