import { broadcastShape, type DType, sizeOf, type Value } from '@polyphase/ir';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectAsDefined, Region } from './graphs.testing.ts';
import { isContraction } from './rows.testing.ts';

/** A choice for one layer: which kind, then numbers that its making draws from. */
interface Choice {
  readonly kind: number;
  readonly numbers: readonly number[];
}

const choice = fc.record({
  kind: fc.nat(1000),
  numbers: fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }),
});
const shapeOf = (value: Value): readonly number[] => value.type.shape as readonly number[];
const mostElements = 2000;

/** Makes one more value out of those before; undefined when the choice does not fit them. */
type Maker = (region: Region, values: readonly Value[], numbers: readonly number[]) => Value | undefined;

const pick = <T>(items: readonly T[], number: number): T => items[number % items.length]!;

const unary =
  (...names: readonly ('relu' | 'tanh' | 'sigmoid' | 'abs' | 'neg' | 'sign')[]): Maker =>
  (region, values, [a, b]) =>
    region.op(pick(names, b!), [pick(values, a!)]);

const fits = (a: Value, b: Value): boolean => {
  try {
    return sizeOf(broadcastShape(shapeOf(a), shapeOf(b)) as number[]) <= mostElements;
  } catch {
    return false;
  }
};

const binary =
  (...names: readonly ('add' | 'sub' | 'mul' | 'max' | 'min')[]): Maker =>
  (region, values, [a, b, c]) => {
    const left = pick(values, a!);
    const others = values.filter((value) => fits(left, value));
    return region.op(pick(names, c!), [left, pick(others, b!)]);
  };

const transpose: Maker = (region, values, [a, b]) => {
  const x = pick(values, a!);
  const perm = shapeOf(x).map((_, axis, shape) => (axis + b!) % shape.length);
  return region.op('transpose', [x], { perm });
};

const reshape: Maker = (region, values, [a, b, c]) => {
  const x = pick(values, a!);
  const size = sizeOf(shapeOf(x));
  const divisors = Array.from({ length: size }, (_, i) => i + 1).filter((d) => size % d === 0);
  const first = pick(divisors, b!);
  const rest = divisors.filter((d) => (size / first) % d === 0);
  const second = pick(rest, c!);
  return region.op('reshape', [x], { shape: [first, second, size / first / second] });
};

const slice: Maker = (region, values, [a, b, c]) => {
  const x = pick(values, a!);
  const shape = shapeOf(x);
  const axis = b! % shape.length;
  const length = 1 + (c! % shape[axis]!);
  const back = c! % 2 === 1;
  const at = <T>(whole: readonly T[], own: T): T[] => whole.map((each, i) => (i === axis ? own : each));
  return region.op('slice', [x], {
    start: at(
      shape.map(() => 0),
      back ? shape[axis]! - 1 : shape[axis]! - length,
    ),
    step: at(
      shape.map(() => 1),
      back ? -1 : 1,
    ),
    length: at(shape, length),
  });
};

const pad: Maker = (region, values, [a, b, c, d]) => {
  const x = pick(values, a!);
  const axis = b! % shapeOf(x).length;
  const pads = shapeOf(x).map((_, i) => (i === axis ? [c! % 3, d! % 3] : [0, 0]));
  if (sizeOf(shapeOf(x)) > mostElements / 5) return undefined;
  return region.op('pad', [x], { pads, mode: pick(['constant', 'edge', 'reflect', 'wrap'], c! + d!) });
};

const concat: Maker = (region, values, [a, b, c]) => {
  const x = pick(values, a!);
  const shape = shapeOf(x);
  const axis = b! % shape.length;
  const others = values.filter(
    (other) =>
      shapeOf(other).length === shape.length && shapeOf(other).every((n, i) => i === axis || n === shape[i]),
  );
  const other = pick(others, c!);
  if (sizeOf(shape) + sizeOf(shapeOf(other)) > mostElements) return undefined;
  return region.op('concat', [x, other, x].slice(0, 2 + (c! % 2)), { axis });
};

const reduce: Maker = (region, values, [a, b, c]) => {
  const x = pick(values, a!);
  const axes = [b! % shapeOf(x).length];
  return region.op(pick(['reduceSum', 'reduceMax', 'reduceMin'] as const, c!), [x], { axes, keepDims: true });
};

const alongAxis =
  (...names: readonly ('softmax' | 'cumSum' | 'logSoftmax' | 'lpNormalization')[]): Maker =>
  (region, values, [a, b, c]) => {
    const x = pick(values, a!);
    const axis = b! % shapeOf(x).length;
    const flags = { exclusive: c! % 2 === 0, reverse: c! % 3 === 0 };
    return region.op(pick(names, c!), [x], { axis, ...flags });
  };

const gather: Maker = (region, values, [a, b, c, d]) => {
  const x = pick(values, a!);
  const axis = b! % shapeOf(x).length;
  const length = shapeOf(x)[axis]!;
  const indices = region.constant([2], [c! % length, (d! % length) - length], 'int64');
  return region.op('gather', [x, indices], { axis });
};

const matMul: Maker = (region, values, [a]) => {
  const x = pick(values, a!);
  if (shapeOf(x).length < 2 || sizeOf(shapeOf(x)) > 300) return undefined;
  const perm = shapeOf(x).map((_, axis) => axis);
  perm.push(...perm.splice(-2).reverse());
  return region.op('matMul', [x, region.op('transpose', [x], { perm })]);
};

const scatter: Maker = (region, values, [a, b, c]) => {
  const x = pick(values, a!);
  const rows = shapeOf(x)[0]!;
  const updates = region.op('slice', [x], {
    start: shapeOf(x).map(() => 0),
    step: shapeOf(x).map(() => 1),
    length: [1, ...shapeOf(x).slice(1)],
  });
  const indices = region.constant([1, 1], [b! % rows], 'int64');
  return region.op('scatterND', [x, indices, updates], { reduction: pick(['none', 'add', 'max'], c!) });
};

const floatMakers: readonly Maker[] = [
  unary('relu', 'tanh', 'sigmoid', 'abs', 'neg'),
  binary('add', 'sub', 'mul', 'max'),
  binary('add', 'mul'),
  transpose,
  reshape,
  slice,
  pad,
  concat,
  reduce,
  alongAxis('softmax', 'cumSum', 'logSoftmax', 'lpNormalization'),
  gather,
  matMul,
  scatter,
];
const integerMakers: readonly Maker[] = [
  unary('relu', 'abs', 'neg', 'sign'),
  unary('relu', 'abs'),
  binary('add', 'sub', 'mul', 'max', 'min'),
  binary('mul', 'add'),
  transpose,
  reshape,
  slice,
  pad,
  concat,
  reduce,
  alongAxis('cumSum'),
  gather,
  scatter,
];

const shapes: readonly (readonly number[])[] = [[2, 3, 4], [3, 1], [4], [1, 3, 4], [2, 1, 1]];

function build(
  makers: readonly Maker[],
  dtype: DType,
  choices: readonly Choice[],
  outputs: readonly number[],
) {
  const region = new Region();
  const values = shapes.map((shape) => region.input(shape, dtype));
  for (const { kind, numbers } of choices) {
    const value = pick(makers, kind)(region, values.slice(-6), numbers);
    if (value && sizeOf(shapeOf(value)) <= mostElements) values.push(value);
  }
  return region.graph([values.at(-1)!, ...outputs.map((output) => pick(values, output))]);
}

const runs = { numRuns: 100, seed: 20240607 };
/** Of one property, on a busy machine. */
const patience = { timeout: 60_000 };
const graphs = (makers: readonly Maker[], dtype: DType) =>
  fc
    .tuple(fc.array(choice, { minLength: 2, maxLength: 14 }), fc.array(fc.nat(100), { maxLength: 2 }))
    .map(([choices, outputs]) => build(makers, dtype, choices, outputs));

describe('random graphs are what their definitions say', patience, () => {
  it('of floats, products as loops', () => {
    fc.assert(
      fc.property(
        graphs(floatMakers, 'float64'),
        (graph) => void expectAsDefined(graph, { roundings: 2 ** 20 }),
      ),
      runs,
    );
  });

  it('of floats, products whole', () => {
    fc.assert(
      fc.property(
        graphs(floatMakers, 'float64'),
        (graph) => void expectAsDefined(graph, { roundings: 2 ** 20, contraction: isContraction }),
      ),
      runs,
    );
  });

  it.each(['uint8', 'int8', 'int32'] as const)('of %s, which wraps around', (dtype) => {
    fc.assert(
      fc.property(graphs(integerMakers, dtype), (graph) => void expectAsDefined(graph)),
      runs,
    );
  });

  it('in small kernels', () => {
    const limits = { tensors: 2, operations: 6 };
    fc.assert(
      fc.property(
        graphs(floatMakers, 'float64'),
        (graph) => void expectAsDefined(graph, { roundings: 2 ** 20, limits }),
      ),
      runs,
    );
  });
});
