import {
  averagePool,
  conv,
  convTranspose,
  depthToSpace,
  matMul,
  maxPool,
  type Op,
  pad,
  reduceSum,
  slice,
  transpose,
  upsample,
} from '@polyphase/ir';
import fc from 'fast-check';
import type { Row, RowOptions } from '../cases.ts';
import { type Law, law } from './law.ts';
import { contradict } from './numbers.ts';
import { averagePoolRows, convRows, convTransposeRows, maxPoolRows, upsampleRows } from './samples.ts';
import {
  depthToSpaceRows,
  matMulRows,
  padRows,
  reduceRows,
  sliceRows,
  transposeRows,
} from './samples-movement.ts';

const data: fc.Arbitrary<RowOptions> = fc.constantFrom({}, { reals: true }, { dtype: 'float16' });

/** Whatever the attributes, the backend gives what the definition gives. */
const agreement = <K extends string, A extends object>(op: Op<K, A>, rows: fc.Arbitrary<Row<K, A>>): Law =>
  law(`${op.name} of any attributes`, fc.tuple(rows, data), async (run, [attributes, options]) => {
    const row = { ...attributes, ...options } as Row<K, A>;
    const { mismatch } = await run(op, row);
    if (mismatch) contradict(mismatch, { op, row });
  });

export const agreements: readonly Law[] = [
  agreement(convTranspose, convTransposeRows),
  agreement(conv, convRows),
  agreement(matMul, matMulRows),
  agreement(upsample, upsampleRows),
  agreement(maxPool, maxPoolRows),
  agreement(averagePool, averagePoolRows),
  agreement(depthToSpace, depthToSpaceRows),
  agreement(transpose, transposeRows),
  agreement(pad, padRows),
  agreement(slice, sliceRows),
  agreement(reduceSum, reduceRows),
];
