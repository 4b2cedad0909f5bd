import { type DType, need, normalAxis, ops, printShape, type Tensor, type Value } from '@polyphase/ir';
import { dtype, flag, int } from '../attributes.ts';
import { type Context, row, type Table, type Versions } from '../row.ts';
import { filled, from, lengthsOf, rankOf } from './shared.ts';

/** a0 - a1 cos(2 pi i / n) + a2 cos(4 pi i / n), n being one less unless the window is periodic. */
const cosineWindow = (a0: number, a1: number, a2: number): Versions =>
  from(
    17,
    row({
      inputs: ['size'],
      attributes: { output_datatype: dtype('float32'), periodic: flag(true) },
      elements: ['size'],
      build({ size }, { output_datatype: kind = 'float32', periodic }, context) {
        const count = context.elements(size)[0] ?? 0;
        const step = (2 * Math.PI) / (periodic ? count : count - 1);
        const at = (i: number): number => a0 - a1 * Math.cos(i * step) + a2 * Math.cos(2 * i * step);
        return context.constant(filled(kind, [count], at));
      },
    }),
  );

/** How many frequencies a transform of real samples needs: the others are their conjugates. */
const sideOf = (points: number): number => Math.floor(points / 2) + 1;

/**
 * The transform as a matrix [inputs * parts, bins * 2]: x[j] becomes the sum of x[j] exp(-2 pi i j k / points), parts 1 (real)
 * or 2 (real, imaginary) lying side by side.
 */
function fourierMatrix(kind: DType, inputs: number, parts: number, bins: number, points: number): Tensor {
  return filled(kind, [inputs * parts, bins * 2], (i) => {
    const [row, column] = [Math.floor(i / (bins * 2)), i % (bins * 2)];
    const [j, k] = [Math.floor(row / parts), Math.floor(column / 2)];
    const angle = (2 * Math.PI * ((j * k) % points)) / points;
    const [fromImaginary, toImaginary] = [row % parts === 1, column % 2 === 1];
    if (fromImaginary === toImaginary) return Math.cos(angle);
    return (toImaginary ? -1 : 1) * Math.sin(angle);
  });
}

/** The inverse from one side of the spectrum to real samples: every frequency but the first and middle one stands twice. */
function realInverseMatrix(kind: DType, inputs: number, points: number): Tensor {
  return filled(kind, [inputs * 2, points], (i) => {
    const [row, sample] = [Math.floor(i / points), i % points];
    const k = Math.floor(row / 2);
    const times = k === 0 || 2 * k === points ? 1 : 2;
    const angle = (2 * Math.PI * ((sample * k) % points)) / points;
    return (times / points) * (row % 2 === 0 ? Math.cos(angle) : -Math.sin(angle));
  });
}

interface DftNode {
  readonly axis: number;
  readonly points: number | undefined;
  readonly inverse: boolean;
  readonly onesided: boolean;
}

/**
 * The discrete Fourier transform along one axis of x [..., parts], as a matrix product. The inverse is read from one side of
 * the spectrum only: the data of ONNX's tests for the other one are rounding errors beyond the tolerance of its runner.
 */
function dft(context: Context, x: Value, { axis: given, inverse, onesided, points: wanted }: DftNode): Value {
  const shape = lengthsOf(x);
  const rank = shape.length;
  const axis = normalAxis(given, rank);
  const parts = shape[rank - 1]!;
  need(!inverse || onesided, 'PP1004', () => [
    'it is the inverse of a two-sided spectrum',
    'Export it one-sided',
  ]);
  need(axis < rank - 1 && (parts === 2 || (parts === 1 && !inverse)), 'PP2002', () => [
    `x has the shape ${printShape(shape)}, transformed along axis ${axis}`,
    'Give it real and imaginary parts as its last axis, and another axis to transform',
  ]);
  const points = wanted ?? (inverse ? 2 * (shape[axis]! - 1) : shape[axis]!);
  need(Number.isSafeInteger(points) && points >= 1, 'PP2003', () => [
    `the length is ${points}`,
    'Use 1 or more',
  ]);
  const used = Math.min(shape[axis]!, inverse ? sideOf(points) : points);
  const bins = inverse ? points : onesided ? sideOf(points) : points;
  const matrix = inverse
    ? realInverseMatrix(x.type.dtype, used, points)
    : fourierMatrix(x.type.dtype, used, parts, bins, points);
  return alongAxis(context, x, axis, used, context.constant(matrix, 'matrix'), [bins, inverse ? 1 : 2]);
}

/** The first `used` elements of an axis, with the parts beside them, times a matrix; the result as `[bins, parts]`. */
function alongAxis(
  context: Context,
  x: Value,
  axis: number,
  used: number,
  matrix: Value,
  result: readonly [number, number],
): Value {
  const shape = lengthsOf(x);
  const kept = { start: shape.map(() => 0), step: shape.map(() => 1), length: shape.with(axis, used) };
  const cut = used === shape[axis] ? x : context.make(ops.slice, { x }, kept, 'kept');
  const perm = [...shape.keys()].filter((a) => a !== axis).toSpliced(-1, 0, axis);
  const turned = context.make(ops.transpose, { x: cut }, { perm }, 'turned');
  const outer = perm.slice(0, -2).map((a) => shape[a]!);
  const flat = context.make(ops.reshape, { x: turned }, { shape: [...outer, used * shape.at(-1)!] }, 'flat');
  const product = context.make(ops.matMul, { a: flat, b: matrix }, {}, 'product');
  const apart = context.make(ops.reshape, { x: product }, { shape: [...outer, ...result] }, 'apart');
  return context.make(ops.transpose, { x: apart }, { perm: perm.map((_, a) => perm.indexOf(a)) });
}

interface StftOperands {
  readonly signal: Value;
  readonly window?: Value | undefined;
}

/** Transforms of frames that begin every `step` samples: a convolution with the weighted rows of the matrix. */
function stft(
  context: Context,
  { signal, window }: StftOperands,
  step: number,
  points: number,
  onesided: boolean,
): Value {
  const [batch, , parts] = lengthsOf(signal) as [number, number, number];
  const kind = signal.type.dtype;
  const bins = onesided ? sideOf(points) : points;
  const matrix = context.constant(fourierMatrix(kind, points, parts, bins, points), 'matrix');
  const rows = context.make(ops.transpose, { x: matrix }, { perm: [1, 0] }, 'rows');
  const apart = context.make(ops.reshape, { x: rows }, { shape: [2 * bins, points, parts] }, 'taps');
  const taps = context.make(ops.transpose, { x: apart }, { perm: [0, 2, 1] }, 'kernel');
  const w = window ? context.make(ops.mul, { a: taps, b: window }, {}, 'weighted') : taps;
  const x = context.make(ops.transpose, { x: signal }, { perm: [0, 2, 1] }, 'channels');
  const frames = context.make(
    ops.conv,
    { x, w },
    { stride: [step], dilation: [1], pads: [[0, 0]], groups: 1 },
    'frames',
  );
  const count = lengthsOf(frames)[2]!;
  const spectrum = context.make(ops.reshape, { x: frames }, { shape: [batch, bins, 2, count] }, 'spectrum');
  return context.make(ops.transpose, { x: spectrum }, { perm: [0, 3, 1, 2] });
}

interface MelScale {
  readonly bins: number;
  readonly points: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** Triangles over the frequencies of a spectrum, equally spaced in mel = 2595 log10(1 + hertz / 700). */
function melMatrix(kind: DType, { bins, points, rate, low, high }: MelScale): Tensor {
  const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
  const hertz = (value: number): number => 700 * (10 ** (value / 2595) - 1);
  const step = (mel(high) - mel(low)) / (bins + 2);
  const edge = (i: number): number => Math.floor(((points + 1) * hertz(mel(low) + i * step)) / rate);
  return filled(kind, [Math.floor(points / 2) + 1, bins], (i) => {
    const [frequency, bin] = [Math.floor(i / bins), i % bins];
    const [left, centre, right] = [edge(bin), edge(bin + 1), edge(bin + 2)];
    if (frequency === centre && (left === centre || centre === right)) return 1;
    if (frequency < left || frequency >= right) return 0;
    return frequency < centre ? (frequency - left) / (centre - left) : (right - frequency) / (right - centre);
  });
}

const sides = { inverse: flag(false), onesided: flag(false) };

export const signal: Table = {
  BlackmanWindow: cosineWindow(0.42, 0.5, 0.08),
  DFT: {
    17: row({
      inputs: ['x', 'length?'],
      attributes: { axis: int(1), ...sides },
      elements: ['length'],
      build: ({ x, length }, node, context) =>
        dft(context, x, { ...node, points: context.optionalElements(length)?.[0] }),
    }),
    20: row({
      inputs: ['x', 'length?', 'axis?'],
      attributes: sides,
      elements: ['length', 'axis'],
      build({ x, length, axis }, node, context) {
        const along = context.optionalElements(axis)?.[0] ?? -2;
        return dft(context, x, { ...node, axis: along, points: context.optionalElements(length)?.[0] });
      },
    }),
  },
  HammingWindow: cosineWindow(25 / 46, 21 / 46, 0),
  HannWindow: cosineWindow(0.5, 0.5, 0),
  MelWeightMatrix: from(
    17,
    row({
      inputs: ['bins', 'points', 'rate', 'low', 'high'],
      attributes: { output_datatype: dtype('float32') },
      elements: ['bins', 'points', 'rate', 'low', 'high'],
      build(operands, { output_datatype: kind = 'float32' }, context) {
        const number = (operand: Value): number => context.elements(operand)[0] ?? 0;
        const { bins, points, rate, low, high } = operands;
        const scale = {
          bins: number(bins),
          points: number(points),
          rate: number(rate),
          low: number(low),
          high: number(high),
        };
        return context.constant(melMatrix(kind, scale));
      },
    }),
  ),
  STFT: from(
    17,
    row({
      inputs: ['signal', 'step', 'window?', 'length?'],
      attributes: { onesided: flag(true) },
      elements: ['step', 'length'],
      build({ signal, step, window, length }, { onesided }, context) {
        const given = context.optionalElements(length)?.[0] ?? (window && lengthsOf(window)[0]);
        need(rankOf(signal) === 3, 'PP2002', () => [
          `signal has the shape ${printShape(signal.type.shape)}`,
          'Give it batch, samples, and 1 or 2 parts',
        ]);
        return stft(
          context,
          { signal, window },
          context.elements(step)[0] ?? 0,
          given ?? lengthsOf(signal)[1]!,
          onesided,
        );
      },
    }),
  ),
};
