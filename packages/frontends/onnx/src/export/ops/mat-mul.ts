import type { DType } from '@polyphase/ir';
import type { Exporters } from '../exporting.ts';
import { computed } from './shared.ts';

const types: readonly DType[] = ['float32', 'float64', 'int32', 'int64', 'uint32', 'uint64'];

export const products = {
  matMul: ({ a, b }, _, context) => computed(context, 'MatMul', [a, b], types),
} satisfies Partial<Exporters>;
