import {
  check,
  type DType,
  int64s,
  isStatic,
  need,
  printShape,
  reject,
  sizeOf,
  type Tensor,
  toDense,
  type Value,
} from '@polyphase/ir';
import { dtype, float, floats, int, ints, refused, tensorValue } from '../attributes.ts';
import { row, type Table, type Versions } from '../row.ts';
import { filled, from, lengthsOf } from './shared.ts';

const value = tensorValue();
const notDense = refused('sparse_tensor', 'it is a sparse tensor', 'Store it as a dense tensor');
const notText = refused('string', 'text is not supported', 'Export the model without text');
const notTexts = refused('strings', 'text is not supported', 'Export the model without text');

const oneTensor = (tensors: readonly (Tensor | undefined)[]): Tensor => {
  const [tensor, ...others] = tensors.filter((one) => one !== undefined);
  check(tensor !== undefined && others.length === 0, 'PP1006', () => ({
    at: 'layer',
    problem: `it has ${tensor ? others.length + 1 : 0} values`,
    fix: 'Give it exactly one of value, value_float, value_floats, value_int and value_ints',
  }));
  return tensor;
};

const constant: Versions = {
  1: row({
    inputs: [],
    attributes: { value },
    build: (_, a, context) => context.constant(oneTensor([a.value])),
  }),
  11: row({
    inputs: [],
    attributes: { value, sparse_value: notDense },
    build: (_, a, context) => context.constant(oneTensor([a.value])),
  }),
  12: row({
    inputs: [],
    attributes: {
      value,
      sparse_value: notDense,
      value_float: float(),
      value_floats: floats(),
      value_int: int(),
      value_ints: ints(),
      value_string: notText,
      value_strings: notTexts,
    },
    build(_, { value, value_float: one, value_floats: some, value_int: whole, value_ints: wholes }, context) {
      const scalarOf = (kind: DType, x?: number) => (x === undefined ? undefined : filled(kind, [], () => x));
      const listOf = (kind: DType, xs?: readonly number[]) => xs && filled(kind, [xs.length], (i) => xs[i]!);
      const tensors = [
        value,
        scalarOf('float32', one),
        listOf('float32', some),
        scalarOf('int64', whole),
        listOf('int64', wholes),
      ];
      return context.constant(oneTensor(tensors));
    },
  }),
};

/** Shape[start:end], as Python slices. Lengths outside the slice may be open. */
function sliceOfShape({ name, type }: Value, start: number, end: number | undefined): Tensor {
  const lengths = type.shape.slice(start, end);
  need(isStatic(lengths), 'PP2005', () => [
    `the shape of "${name}" is asked for, and is still open: ${printShape(type.shape)}`,
    'Give the sizes of the inputs',
  ]);
  return int64s(lengths);
}

const shape: Versions = {
  1: row({
    inputs: ['x'],
    shapesOnly: true,
    build: ({ x }, _, context) => context.constant(sliceOfShape(x, 0, undefined)),
  }),
  15: row({
    inputs: ['x'],
    attributes: { end: int(), start: int(0) },
    shapesOnly: true,
    build: ({ x }, { start, end }, context) => context.constant(sliceOfShape(x, start, end)),
  }),
};

function range(kind: DType, [start, limit, delta]: readonly [number, number, number]): Tensor {
  need(delta !== 0, 'PP2003', () => [
    `it counts from ${start} to ${limit} in steps of 0`,
    'Use another step',
  ]);
  const count = Math.max(Math.ceil((limit - start) / delta), 0);
  return filled(kind, [count], (i) => start + i * delta);
}

const rangeBuild = row({
  inputs: ['start', 'limit', 'delta'],
  elements: ['start', 'limit', 'delta'],
  build({ start, limit, delta }, _, context) {
    const first = (operand: Value) =>
      context.elements(operand)[0] ?? reject('PP2002', 'an operand is empty', 'Give a scalar');
    return context.constant(range(start.type.dtype, [first(start), first(limit), first(delta)]));
  },
});

/** The indices of all elements that are not 0: one row an axis, one column an element. */
function indicesOfNonZero(lengths: readonly number[], elements: readonly number[]): Tensor {
  const places = elements.flatMap((x, i) => (x === 0 ? [] : [i]));
  const steps = lengths.map((_, axis) => sizeOf(lengths.slice(axis + 1)));
  const found = places.length;
  return filled('int64', [lengths.length, found], (i) => {
    const axis = Math.floor(i / found);
    return Math.floor(places[i % found]! / steps[axis]!) % lengths[axis]!;
  });
}

export const constants: Table = {
  Constant: constant,
  ConstantOfShape: from(
    9,
    row({
      inputs: ['shape'],
      attributes: { value },
      elements: ['shape'],
      build({ shape }, { value = filled('float32', [1], () => 0) }, context) {
        need(value.data.length === 1, 'PP2003', () => [
          `value has ${value.data.length} elements`,
          'Give it one',
        ]);
        const element = toDense(value).data[0]!;
        return context.constant(filled(value.dtype, context.elements(shape), () => element));
      },
    }),
  ),
  EyeLike: from(
    9,
    row({
      inputs: ['x'],
      attributes: { dtype: dtype(), k: int(0) },
      shapesOnly: true,
      build({ x }, { dtype: kind = x.type.dtype, k }, context) {
        const lengths = lengthsOf(x);
        need(lengths.length === 2, 'PP2002', () => [
          `x has the shape ${printShape(lengths)}`,
          'Give it two axes',
        ]);
        const columns = lengths[1]!;
        return context.constant(
          filled(kind, lengths, (i) => ((i % columns) - Math.floor(i / columns) === k ? 1 : 0)),
        );
      },
    }),
  ),
  NonZero: from(
    9,
    row({
      inputs: ['x'],
      elements: ['x'],
      build: ({ x }, _, context) => context.constant(indicesOfNonZero(lengthsOf(x), context.elements(x))),
    }),
  ),
  Range: {
    11: rangeBuild,
    27: { ...rangeBuild, attributes: { stash_type: int(1) } },
  },
  Shape: shape,
  Size: from(
    1,
    row({
      inputs: ['x'],
      shapesOnly: true,
      build: ({ x }, _, context) => context.constant(filled('int64', [], () => sizeOf(lengthsOf(x)))),
    }),
  ),
};
