import {
  type AveragePoolAttributes,
  averagePool,
  type ConvAttributes,
  conv,
  convTranspose,
  depthToSpace,
  kernelSpan,
  matMul,
  type Op,
  reduceMean,
  upsample,
} from '@polyphase/ir';
import fc from 'fast-check';
import type { Row } from '../cases.ts';
import { type Law, law } from './law.ts';
import {
  expectClose,
  firstOf,
  inner,
  numbers,
  rearranged,
  shapeOf,
  shifted,
  sizesOf,
  wholeNumbers,
  withFirst,
  without,
} from './numbers.ts';
import type { RunLayer } from './run-layer.ts';
import {
  averagePoolRows,
  type ConvRow,
  type ConvTransposeRow,
  convRows,
  convTransposeRows,
  upsampleRows,
} from './samples.ts';
import { depthToSpaceRows, matMulRows, reduceRows } from './samples-movement.ts';

/** f(a x + b y) = a f(x) + b f(y), in the first operand. */
async function linear<K extends string, A extends object>(
  run: RunLayer,
  op: Op<K, A>,
  row: Row<K, A>,
  [a, b]: readonly [number, number],
): Promise<void> {
  const shape = shapeOf(firstOf(op, row));
  const [x, y] = [wholeNumbers(shape, 1), wholeNumbers(shape, 2)];
  const both = numbers(
    shape,
    x.elements.map((value, i) => a * value + b * y.elements[i]!),
  );
  const [fx, fy, f] = [
    await run(op, withFirst(op, row, x)),
    await run(op, withFirst(op, row, y)),
    await run(op, withFirst(op, row, both)),
  ];
  expectClose(
    `f(${a}x + ${b}y) and ${a}f(x) + ${b}f(y)`,
    f.data,
    fx.data.map((value, i) => a * value + b * fy.data[i]!),
    (i) => f.bound[i]! + Math.abs(a) * fx.bound[i]! + Math.abs(b) * fy.bound[i]!,
    { op, row },
  );
}

const factors = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }));

const linearity = <K extends string, A extends object>(op: Op<K, A>, rows: fc.Arbitrary<Row<K, A>>): Law =>
  law(`${op.name} is linear`, fc.tuple(rows, factors), (run, [row, ab]) => linear(run, op, row, ab));

const unbiased = <R extends ConvRow | ConvTransposeRow>(rows: fc.Arbitrary<R>): fc.Arbitrary<R> =>
  rows.map(({ bias: _, ...row }) => row as R);

/** The adjoint's attributes: its crop brings the input's lengths back, whatever the stride has left out. */
function adjointOf(
  { stride, dilation, pads, groups = 1 }: ConvAttributes,
  x: readonly number[],
  y: readonly number[],
  w: readonly number[],
) {
  const crop = pads.map(([begin], axis) => {
    const natural = stride[axis]! * (y[axis + 2]! - 1) + kernelSpan(w[axis + 2]!, dilation[axis]!);
    return [begin, natural - begin - x[axis + 2]!] as const;
  });
  return { stride, dilation, crop, groups };
}

/** <conv(x), v> = <x, convTranspose(v)>: both sum the same products. */
async function adjoint(run: RunLayer, row: ConvRow): Promise<void> {
  const [shape, w] = [shapeOf(row.x), shapeOf(row.w)];
  const x = wholeNumbers(shape, 3);
  const forward = await run(conv, { ...row, x });
  const v = wholeNumbers(forward.shape, 4);
  // The same tensor in both: the second operand of a row is drawn alike.
  const attributes = adjointOf(row as ConvAttributes, shape, forward.shape, w);
  const back = await run(convTranspose, { x: v, w: row.w, ...attributes });
  const [left, right] = [inner(forward.data, v.elements), inner(x.elements, back.data)];
  const allowed = inner(forward.bound, sizesOf(v.elements)) + inner(sizesOf(x.elements), back.bound);
  expectClose('<conv(x), v> and <x, convTranspose(v)>', [left], [right], () => allowed, { op: conv, row });
}

/** Zeros in front of x move the output by the stride. */
async function movesByStride(run: RunLayer, row: ConvTransposeRow): Promise<void> {
  const x = wholeNumbers(shapeOf(row.x), 5);
  const uncropped = { ...row, crop: row.crop!.map(() => [0, 0] as const) };
  const y = await run(convTranspose, { ...uncropped, x });
  for (const [axis, stride] of row.stride!.entries()) {
    const moved = await run(convTranspose, { ...uncropped, x: shifted(x, axis + 2, 1) });
    const part = (data: Float64Array) => without(numbers(moved.shape, data), axis + 2, stride).elements;
    const bound = part(moved.bound);
    const subject = { op: convTranspose, row: uncropped };
    expectClose(
      `axis ${axis} moved by ${stride}`,
      part(moved.data),
      y.data,
      (i) => bound[i]! + y.bound[i]!,
      subject,
    );
  }
}

/** As many zeros in front of x as the stride move the output by one. */
async function movesByOne(run: RunLayer, row: ConvRow): Promise<void> {
  const x = wholeNumbers(shapeOf(row.x), 6);
  const unpadded = { ...row, pads: row.pads!.map(() => [0, 3] as const) };
  const y = await run(conv, { ...unpadded, x });
  for (const [axis, stride] of row.stride!.entries()) {
    const moved = await run(conv, { ...unpadded, x: shifted(x, axis + 2, stride) });
    const part = (data: Float64Array) => without(numbers(moved.shape, data), axis + 2, 1).elements;
    const bound = part(moved.bound);
    const subject = { op: conv, row: unpadded };
    expectClose(`axis ${axis} moved by 1`, part(moved.data), y.data, (i) => bound[i]! + y.bound[i]!, subject);
  }
}

/**
 * The phases of a transposed convolution are convolutions with every stride-th tap, turned around; interleaved they are
 * the whole.
 */
async function phasesMakeTheWhole(run: RunLayer, row: ConvTransposeRow): Promise<void> {
  const [stride, groups] = [row.stride!, row.groups!];
  const [x, w] = [wholeNumbers(shapeOf(row.x), 7), wholeNumbers(shapeOf(row.w), 8)];
  const kernel = w.shape.slice(2);
  const plain = { stride, dilation: kernel.map(() => 1), crop: kernel.map(() => [0, 0] as const), groups };
  const whole = await run(convTranspose, { x, w, ...plain });
  const [data, bound] = [whole.data.map(() => 0), whole.bound.slice()];
  for (const phase of phasesOf(stride, kernel)) {
    const part = await run(conv, {
      x,
      w: tapsOf(w, phase, stride, groups),
      ...phaseAttributes(phase, stride, kernel, groups),
    });
    const positions = rearranged(
      numbers(
        whole.shape,
        data.map((_, i) => i),
      ),
      part.shape,
      ([n, c, ...at]) => [n!, c!, ...at.map((q, axis) => stride[axis]! * q + phase[axis]!)],
    );
    for (const [i, position] of positions.elements.entries()) {
      data[position] = part.data[i]!;
      bound[position]! += part.bound[i]!;
    }
  }
  expectClose('the phases and the whole', whole.data, data, (i) => bound[i]!, {
    op: convTranspose,
    row: { x: x.shape, w: w.shape, ...plain },
  });
}

/** The phases that have taps. */
function phasesOf(stride: readonly number[], kernel: readonly number[]): readonly (readonly number[])[] {
  return stride.reduce<readonly (readonly number[])[]>(
    (all, s, axis) =>
      all.flatMap((phase) => Array.from({ length: Math.min(s, kernel[axis]!) }, (_, r) => [...phase, r])),
    [[]],
  );
}

const tapCounts = (
  phase: readonly number[],
  stride: readonly number[],
  kernel: readonly number[],
): number[] => kernel.map((k, axis) => Math.ceil((k - phase[axis]!) / stride[axis]!));

/** w[.., phase + stride * t] of [Cin, Cout/groups, k], t running backwards, as [Cout, Cin/groups, taps]. */
function tapsOf(
  w: ReturnType<typeof wholeNumbers>,
  phase: readonly number[],
  stride: readonly number[],
  groups: number,
) {
  const [channels, outPerGroup, ...kernel] = w.shape as [number, number, ...number[]];
  const taps = tapCounts(phase, stride, kernel);
  const inPerGroup = channels / groups;
  return rearranged(w, [outPerGroup * groups, inPerGroup, ...taps], ([out, ic, ...at]) => [
    Math.floor(out! / outPerGroup) * inPerGroup + ic!,
    out! % outPerGroup,
    ...at.map((t, axis) => phase[axis]! + stride[axis]! * (taps[axis]! - 1 - t)),
  ]);
}

const phaseAttributes = (
  phase: readonly number[],
  stride: readonly number[],
  kernel: readonly number[],
  groups: number,
) => ({
  stride: stride.map(() => 1),
  dilation: stride.map(() => 1),
  pads: tapCounts(phase, stride, kernel).map((taps) => [taps - 1, taps - 1] as const),
  groups,
});

/** A window without an element has a mean only where its padding counts. */
const counted = (row: Row<'x', AveragePoolAttributes>) => ({ ...row, countIncludePad: true });

/** Rows without bias, crop and dilation are taken as they are. */
const plainTransposed = unbiased(convTransposeRows);

export const algebra: readonly Law[] = [
  linearity(conv, unbiased(convRows)),
  linearity(convTranspose, unbiased(convTransposeRows)),
  linearity(matMul, matMulRows),
  linearity(upsample, upsampleRows),
  linearity(averagePool, averagePoolRows.map(counted)),
  linearity(reduceMean, reduceRows),
  linearity(depthToSpace, depthToSpaceRows),
  law('convTranspose is the adjoint of conv', unbiased(convRows), adjoint),
  law('convTranspose moves by its stride', plainTransposed, movesByStride),
  law('conv moves by one', unbiased(convRows), movesByOne),
  law('the phases of convTranspose make the whole', plainTransposed, phasesMakeTheWhole),
];
