import { type DType, isFloat, isInteger, need, normalAxis, ops, reject, type Value } from '@polyphase/ir';
import { dtype, int } from '../attributes.ts';
import { type Context, type Outputs, row, type Table } from '../row.ts';
import { from, lengthsOf, rankOf, type Steps, scalar, stepsOf } from './shared.ts';

const ranges: Partial<Record<DType, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
};

/** What QuantizeLinear and DequantizeLinear have beyond their first version. `output_dtype` 0 is its default. */
const axis = int(1);
const saturate = int(1);
const block_size = int(0);
const output_dtype = optionalType();
const precision = optionalType();

function optionalType() {
  const spec = dtype();
  const read: typeof spec.read = (proto, reading) => (proto.i === 0n ? undefined : spec.read(proto, reading));
  return { ...spec, read };
}

interface Blocks {
  readonly axis?: number | undefined;
  readonly block_size?: number | undefined;
}

/** A scale or zero point in a shape that broadcasts to x: one for all, one for each slice of an axis, or one a block. */
function spread(steps: Steps, values: Value, x: Value, blocks: Blocks): Value {
  const rank = rankOf(values);
  if (rank === 0) return values;
  if (rank === 1 && values.type.shape[0] === 1) return steps.reshape(values, []);
  const at = normalAxis(blocks.axis ?? 1, rankOf(x));
  if (rank > 1) return spreadBlocks(steps, values, lengthsOf(x), at, blocks.block_size ?? 0);
  const shape = x.type.shape.map((_, a) => (a === at ? values.type.shape[0]! : 1));
  return steps.reshape(values, shape);
}

function spreadBlocks(
  steps: Steps,
  values: Value,
  target: readonly number[],
  axis: number,
  size: number,
): Value {
  const own = lengthsOf(values);
  const [count, n] = [own[axis]!, target[axis]!];
  need(size > 0 && own.length === target.length && Math.ceil(n / size) === count, 'PP2002', () => [
    `blocks of ${size} along axis ${axis} of [${target.join(', ')}] have parameters of the shape [${own.join(', ')}]`,
    'Give one for each block',
  ]);
  const [before, after] = [own.slice(0, axis), own.slice(axis + 1)];
  const apart = steps.reshape(values, [...before, count, 1, ...after]);
  const repeated = steps.make(ops.expand, { x: apart }, { shape: [...before, count, size, ...after] });
  const joined = steps.reshape(repeated, [...before, count * size, ...after]);
  const whole = { start: own.map(() => 0), step: own.map(() => 1), length: own.with(axis, n) };
  return steps.make(ops.slice, { x: joined }, whole);
}

/** round(x) + zero, kept inside the type. x is in float. */
export function toQuantised(
  context: Context,
  steps: Steps,
  x: Value,
  zero: Value | undefined,
  to: DType,
): Value {
  const { make, constant, cast } = steps;
  const kind = x.type.dtype;
  const [least, most] = ranges[to] ?? reject('PP1005', `it quantises to ${to}`, 'Quantise to 8 or 16 bits');
  const rounded = make(ops.round, { x });
  const moved = zero ? make(ops.add, { a: rounded, b: cast(zero, kind) }) : rounded;
  const bounds = { min: constant(scalar(kind, least)), max: constant(scalar(kind, most)) };
  return context.make(ops.cast, { x: make(ops.clip, { x: moved, ...bounds }) }, { to });
}

interface QuantizeOptions extends Blocks {
  readonly output_dtype?: DType | undefined;
  readonly precision?: DType | undefined;
}

/** Half precision holds neither the quotients nor the sums of 16-bit types: float32 at least. */
const wideEnough = (dtype: DType): DType => (dtype === 'float64' ? dtype : 'float32');

function quantize(
  context: Context,
  x: Value,
  scale: Value,
  zero: Value | undefined,
  options: QuantizeOptions,
): Value {
  const steps = stepsOf(context);
  const { make, cast } = steps;
  const wide = wideEnough(options.precision ?? scale.type.dtype);
  const by = spread(steps, cast(scale, wide), x, options);
  const quotient = make(ops.div, { a: cast(x, wide), b: by });
  const to = zero?.type.dtype ?? options.output_dtype ?? 'uint8';
  return toQuantised(context, steps, quotient, zero && spread(steps, zero, x, options), to);
}

function dequantize(
  context: Context,
  x: Value,
  scale: Value,
  zero: Value | undefined,
  options: QuantizeOptions,
): Value {
  need(isInteger(x.type.dtype), 'PP2001', () => [`x is ${x.type.dtype}`, 'Give it integers']);
  const steps = stepsOf(context);
  const { make, cast } = steps;
  const wide = wideEnough(scale.type.dtype);
  const to = options.output_dtype ?? scale.type.dtype;
  need(isFloat(to), 'PP2003', () => [`output_dtype is ${to}`, 'Use a floating-point type']);
  const a = cast(x, wide);
  const moved = zero ? make(ops.sub, { a, b: spread(steps, cast(zero, wide), x, options) }) : a;
  const product = { a: moved, b: spread(steps, cast(scale, wide), x, options) };
  if (to === wide) return context.make(ops.mul, product, {});
  return context.make(ops.cast, { x: make(ops.mul, product) }, { to });
}

const quantizeRow = (more: Partial<typeof quantizeAttributes>) =>
  row({
    inputs: ['x', 'scale', 'zero?'],
    attributes: more,
    build: ({ x, scale, zero }, options, context) => quantize(context, x, scale, zero, options),
  });

const quantizeAttributes = { axis, saturate, block_size, output_dtype, precision };

const dequantizeRow = (more: Partial<typeof dequantizeAttributes>) =>
  row({
    inputs: ['x', 'scale', 'zero?'],
    attributes: more,
    build: ({ x, scale, zero }, options, context) => dequantize(context, x, scale, zero, options),
  });

const dequantizeAttributes = { axis, block_size, output_dtype };

/** Quantises to uint8 over the range of x and 0. */
function dynamicQuantize(context: Context, x: Value): Outputs {
  const steps = stepsOf(context);
  const { make, constant } = steps;
  const over = { axes: [...x.type.shape.keys()], keepDims: false };
  const [zero, most] = [constant(scalar('float32', 0)), constant(scalar('float32', 255))];
  const low = make(ops.min, { a: make(ops.reduceMin, { x }, over), b: zero });
  const high = make(ops.max, { a: make(ops.reduceMax, { x }, over), b: zero });
  const scale = make(ops.div, { a: make(ops.sub, { a: high, b: low }), b: most });
  const place = make(ops.div, { a: make(ops.neg, { x: low }), b: scale });
  const inside = make(ops.clip, { x: place, min: zero, max: most });
  const point = make(ops.cast, { x: make(ops.round, { x: inside }) }, { to: 'uint8' });
  const quotient = make(ops.div, { a: x, b: scale });
  return [toQuantised(context, steps, quotient, point, 'uint8'), scale, point];
}

export const quantizing: Table = {
  DequantizeLinear: {
    10: dequantizeRow({}),
    13: dequantizeRow({ axis }),
    21: dequantizeRow({ axis, block_size }),
    23: dequantizeRow(dequantizeAttributes),
  },
  DynamicQuantizeLinear: from(
    11,
    row({ inputs: ['x'], build: ({ x }, _, context) => dynamicQuantize(context, x) }),
  ),
  QuantizeLinear: {
    10: quantizeRow({}),
    13: quantizeRow({ axis }),
    19: quantizeRow({ axis, saturate }),
    21: quantizeRow({ axis, saturate, block_size, output_dtype }),
    23: quantizeRow(quantizeAttributes),
  },
};
