import {
  type DepthToSpaceAttributes,
  matMul,
  type PadAttributes,
  pad,
  type ReduceAttributes,
  type SliceAttributes,
  type TransposeAttributes,
} from '@polyphase/ir';
import fc from 'fast-check';
import type { Row } from '../cases.ts';
import { legal } from './samples.ts';

const small = (least: number, most: number): fc.Arbitrary<number> => fc.integer({ min: least, max: most });
const shapes = fc.array(small(1, 5), { minLength: 1, maxLength: 4 });

export const matMulRows: fc.Arbitrary<Row<'a' | 'b', object>> = legal(
  matMul,
  fc
    .record({
      batch: fc.array(small(1, 3), { maxLength: 2 }),
      rows: small(1, 5),
      inner: small(1, 9),
      columns: small(1, 18),
    })
    .chain(({ batch, rows, inner, columns }) =>
      fc.constantFrom<Row<'a' | 'b', object>>(
        { a: [...batch, rows, inner], b: [...batch, inner, columns] },
        { a: [...batch, rows, inner], b: [inner, columns], weights: ['b'] },
        { a: [rows, inner], b: [...batch, inner, columns] },
        { a: [inner], b: [...batch, inner, columns] },
        { a: [...batch, rows, inner], b: [inner] },
      ),
    ),
);

export const transposeRows: fc.Arbitrary<Row<'x', TransposeAttributes>> = shapes.chain((x) =>
  fc
    .shuffledSubarray([...x.keys()], { minLength: x.length, maxLength: x.length })
    .map((perm) => ({ x, perm })),
);

export const padRows: fc.Arbitrary<Row<'x' | 'value?', PadAttributes>> = legal(
  pad,
  shapes.chain((x) =>
    fc.record({
      x: fc.constant(x),
      pads: fc.array(fc.tuple(small(-2, 4), small(-2, 4)), { minLength: x.length, maxLength: x.length }),
      mode: fc.constantFrom('constant', 'reflect', 'edge', 'wrap'),
    }),
  ),
);

const sliceOf = (n: number) =>
  fc.record({ start: small(0, n - 1), step: fc.constantFrom(1, 2, 3, -1, -2) }).chain(({ start, step }) => {
    const most = step > 0 ? Math.ceil((n - start) / step) : Math.ceil((start + 1) / -step);
    return small(1, most).map((length) => ({ start, step, length }));
  });

export const sliceRows: fc.Arbitrary<Row<'x', SliceAttributes>> = shapes.chain((x) =>
  fc.tuple(...x.map(sliceOf)).map((axes) => ({
    x,
    start: axes.map(({ start }) => start),
    step: axes.map(({ step }) => step),
    length: axes.map(({ length }) => length),
  })),
);

export const reduceRows: fc.Arbitrary<Row<'x', ReduceAttributes>> = shapes.chain((x) =>
  fc.record({ x: fc.constant(x), axes: fc.subarray([...x.keys()]), keepDims: fc.boolean() }),
);

export const depthToSpaceRows: fc.Arbitrary<Row<'x', DepthToSpaceAttributes>> = fc
  .record({
    sizes: fc.tuple(small(1, 2), small(1, 3), small(1, 4), small(1, 4)),
    blocksize: small(1, 3),
    mode: fc.constantFrom('DCR', 'CRD'),
  })
  .map(({ sizes: [batch, channels, height, width], blocksize, mode }) => ({
    x: [batch, channels * blocksize * blocksize, height, width],
    blocksize,
    mode,
  }));
