import { depthToSpace, maxPool, maxUnpool, softmax, spaceToDepth, upsample } from '@polyphase/ir';
import fc from 'fast-check';
import type { OperandSpec } from '../data.ts';
import { nearest, resample } from '../suites/upsample-rows.ts';
import { type Law, law } from './law.ts';
import { expectClose, numbers, shapeOf, wholeNumbers } from './numbers.ts';
import type { RunLayer } from './run-layer.ts';
import { type UpsampleRow, upsampleRows } from './samples.ts';
import { depthToSpaceRows } from './samples-movement.ts';

const sizes = (least: number, most: number) => fc.integer({ min: least, max: most });

/** The weights of every element sum to 1. */
async function constantStays(run: RunLayer, [row, value]: readonly [UpsampleRow, number]): Promise<void> {
  const shape = shapeOf(row.x);
  const count = shape.reduce((all, length) => all * length, 1);
  const constant = { ...row, x: numbers(shape, new Float64Array(count).fill(value)) };
  const y = await run(upsample, constant);
  expectClose(
    'a constant',
    y.data,
    y.data.map(() => Math.fround(value)),
    (i) => y.bound[i]!,
    {
      op: upsample,
      row: constant,
    },
  );
}

const maps = fc.record({
  shape: fc.tuple(sizes(1, 2), sizes(1, 3), sizes(1, 5), sizes(1, 9)),
  factors: fc.tuple(sizes(1, 4), sizes(1, 4)),
});

interface Repeated {
  readonly shape: readonly [number, number, number, number];
  readonly factors: readonly [number, number];
}

const windowsOf = (factors: readonly number[]) => ({
  kernel: factors,
  stride: factors,
  dilation: [1, 1],
  pads: [
    [0, 0],
    [0, 0],
  ] as const,
});

/** Every window of the larger map holds one element, repeated. */
async function poolingUndoesRepeating(run: RunLayer, { shape, factors }: Repeated): Promise<void> {
  const x = wholeNumbers(shape, 9);
  const how = { filter: nearest('floor'), map: 'asymmetric' } as const;
  const row = resample(shape, { 2: shape[2] * factors[0], 3: shape[3] * factors[1] }, how);
  const large = await run(upsample, { ...row, x });
  const back = await run(maxPool, { x: numbers(large.shape, large.data), ...windowsOf(factors) });
  expectClose('repeated, then pooled', back.data, x.elements, () => 0, { op: upsample, row });
}

/** Elements above 0 put back where they came from are the greatest of their windows again. */
async function poolingUndoesUnpooling(run: RunLayer, { shape, factors }: Repeated): Promise<void> {
  const x = numbers(
    shape,
    wholeNumbers(shape, 10).elements.map((value) => value + 5),
  );
  const large = [shape[0], shape[1], shape[2] * factors[0], shape[3] * factors[1]];
  const row = { x, indices: firstOfWindows(shape, factors), shape: large };
  const spread = await run(maxUnpool, row);
  const back = await run(maxPool, { x: numbers(spread.shape, spread.data), ...windowsOf(factors) });
  expectClose('unpooled, then pooled', back.data, x.elements, () => 0, { op: maxUnpool, row });
}

/** The position in the larger map of the first element of each window. */
function firstOfWindows(
  [batch, channels, height, width]: Repeated['shape'],
  [down, right]: Repeated['factors'],
): OperandSpec {
  const planes = batch * channels;
  const positions = Array.from({ length: planes * height * width }, (_, i) => {
    const [plane, row, column] = [Math.floor(i / height / width), Math.floor(i / width) % height, i % width];
    return ((plane * height + row) * down * width + column) * right;
  });
  return { shape: [batch, channels, height, width], dtype: 'int64', elements: positions };
}

async function spaceUndoesDepth(
  run: RunLayer,
  row: { readonly x: OperandSpec; readonly blocksize?: number },
) {
  const x = wholeNumbers(shapeOf(row.x), 11);
  const spread = await run(depthToSpace, { ...row, x, mode: 'DCR' });
  const back = await run(spaceToDepth, { x: numbers(spread.shape, spread.data), blocksize: row.blocksize! });
  expectClose('spread, then gathered', back.data, x.elements, () => 0, { op: depthToSpace, row });
}

async function softmaxSumsToOne(run: RunLayer, [rows, columns]: readonly [number, number]): Promise<void> {
  const row = { x: [rows, columns], axis: 1 };
  const y = await run(softmax, row);
  const sums = (data: Float64Array): number[] =>
    Array.from({ length: rows }, (_, i) =>
      data.subarray(i * columns, (i + 1) * columns).reduce((a, b) => a + b, 0),
    );
  const allowed = sums(y.bound);
  expectClose('the sum of a row', sums(y.data), new Array<number>(rows).fill(1), (i) => allowed[i]!, {
    op: softmax,
    row,
  });
}

export const resampling: readonly Law[] = [
  law(
    'a constant stays constant under resampling',
    fc.tuple(upsampleRows, fc.float({ min: -8, max: 8, noNaN: true })),
    constantStays,
  ),
  law('maxPool undoes nearest upsampling', maps, poolingUndoesRepeating),
  law('maxPool undoes maxUnpool', maps, poolingUndoesUnpooling),
  law('spaceToDepth undoes depthToSpace', depthToSpaceRows, spaceUndoesDepth),
  law('softmax sums to 1', fc.tuple(sizes(1, 4), sizes(1, 40)), softmaxSumsToOne),
];
