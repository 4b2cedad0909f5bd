import { need, ops, printShape, sizeOf, type Value } from '@polyphase/ir';
import { flag, oneOf } from '../attributes.ts';
import { type Context, row, type Table } from '../row.ts';
import { filled, from, lengthsOf, rankOf, reshapeTo, type Steps, scalar, stepsOf } from './shared.ts';

type Mode = 'nearest' | 'linear' | 'cubic';
type Padding = 'zeros' | 'border' | 'reflection';

/** A neighbour of a position: how far from its floor, and its weight as a polynomial of the rest, lowest power first. */
interface Tap {
  readonly offset: number;
  readonly weight: readonly number[];
}

/** Keys' cubic convolution with a = -0.75. */
const a = -0.75;
const taps: Readonly<Record<Mode, readonly Tap[]>> = {
  nearest: [{ offset: 0, weight: [1] }],
  linear: [
    { offset: 0, weight: [1, -1] },
    { offset: 1, weight: [0, 1] },
  ],
  cubic: [
    { offset: -1, weight: [0, a, -2 * a, a] },
    { offset: 0, weight: [1, 0, -(a + 3), a + 2] },
    { offset: 1, weight: [0, -a, 2 * a + 3, -(a + 2)] },
    { offset: 2, weight: [0, 0, a, -a] },
  ],
};

/** One spatial axis of x. */
interface Axis {
  readonly n: number;
  /** Elements from one position to the next. */
  readonly step: number;
  readonly alignCorners: boolean;
}

/** Arithmetic with numbers. */
function arithmetic({ make, constant }: Steps) {
  const number = (like: Value, x: number): Value => constant(scalar(like.type.dtype, x));
  return {
    plus: (x: Value, by: number): Value => make(ops.add, { a: x, b: number(x, by) }),
    times: (x: Value, by: number): Value => make(ops.mul, { a: x, b: number(x, by) }),
    remainder: (x: Value, by: number): Value => make(ops.mod, { a: x, b: number(x, by) }, { fmod: true }),
    clamp: (x: Value, least: number, most: number): Value =>
      make(ops.clip, { x, min: number(x, least), max: number(x, most) }),
  };
}

/** Mirrors positions at the borders, which lie on the outermost elements (alignCorners) or half a step outside. */
function reflect(steps: Steps, x: Value, { n, alignCorners }: Axis): Value {
  const { plus, times, remainder } = arithmetic(steps);
  const [least, range] = alignCorners ? [0, n - 1] : [-0.5, n];
  if (range === 0) return times(x, 0);
  const distance = remainder(steps.make(ops.abs, { x: plus(x, -least) }), 2 * range);
  const fromTurn = steps.make(ops.abs, { x: plus(distance, -range) });
  return plus(times(fromTurn, -1), least + range);
}

/**
 * Where on the axis each output lies: the grid's -1 to 1 as an index, brought inside as the padding says. Cubic leaves
 * that to the single neighbours, as onnxruntime and PyTorch do (ONNX's reference evaluator moves the position as well).
 */
function positions(steps: Steps, coordinate: Value, axis: Axis, { mode, padding }: GridSampleNode): Value {
  const { plus, times, clamp } = arithmetic(steps);
  const half = (axis.n - 1) / 2;
  const index = plus(times(coordinate, axis.alignCorners ? half : axis.n / 2), half);
  const position = mode === 'nearest' ? steps.make(ops.round, { x: index }) : index;
  if (padding === 'zeros' || mode === 'cubic') return position;
  return padding === 'border' ? clamp(position, 0, axis.n - 1) : reflect(steps, position, axis);
}

interface Neighbour {
  /** Offset in a plane of x, int64. */
  readonly at: Value;
  readonly weight: Value;
}

/** A polynomial of x by Horner's rule; x * 0 gives its highest coefficient the right shape. */
function polynomial(steps: Steps, x: Value, coefficients: readonly number[]): Value {
  const { plus, times } = arithmetic(steps);
  return coefficients
    .toReversed()
    .reduce(
      (sum, factor, i) => plus(i === 0 ? sum : steps.make(ops.mul, { a: sum, b: x }), factor),
      times(x, 0),
    );
}

/** The neighbours along one axis; those outside have the weight 0 or stand for one inside. */
function neighbours(
  steps: Steps,
  position: Value,
  axis: Axis,
  { mode, padding }: GridSampleNode,
): readonly Neighbour[] {
  const { make, cast, constant } = steps;
  const { plus, clamp } = arithmetic(steps);
  const floor = make(ops.floor, { x: position });
  const rest = make(ops.sub, { a: position, b: floor });
  const step = constant(scalar('int64', axis.step));
  return taps[mode].map(({ offset, weight }) => {
    const place = plus(floor, offset);
    const inside = clamp(padding === 'reflection' ? reflect(steps, place, axis) : place, 0, axis.n - 1);
    const share = polynomial(steps, rest, weight);
    const at = make(ops.mul, { a: cast(inside, 'int64'), b: step });
    if (padding !== 'zeros') return { at, weight: share };
    const isInside = cast(make(ops.equal, { a: place, b: inside }), share.type.dtype);
    return { at, weight: make(ops.mul, { a: share, b: isInside }) };
  });
}

interface GridSampleNode {
  readonly alignCorners: boolean;
  readonly mode: Mode;
  readonly padding: Padding;
}

/** For each output point the neighbours that are summed, in every combination of those along the axes. */
function cellsOf(
  steps: Steps,
  grid: Value,
  lengths: readonly number[],
  node: GridSampleNode,
): readonly Neighbour[] {
  const [batch, points] = lengthsOf(grid) as [number, number, number];
  const along = lengths.map((n, i) => {
    const place = lengths.length - 1 - i;
    const one = { start: [0, 0, place], step: [1, 1, 1], length: [batch, points, 1] };
    const coordinate = steps.reshape(steps.make(ops.slice, { x: grid }, one), [batch, 1, points]);
    const axis = { n, step: sizeOf(lengths.slice(i + 1)), alignCorners: node.alignCorners };
    return neighbours(steps, positions(steps, coordinate, axis, node), axis, node);
  });
  return along.reduce((cells, axis) =>
    cells.flatMap((cell) => axis.map((next) => joined(steps, cell, next))),
  );
}

/** Weighted sums of gathered neighbours; x [N, C, spatial], grid [N, output, axes], the last spatial axis first in it. */
function gridSample(context: Context, x: Value, grid: Value, node: GridSampleNode): Value {
  const [batch, channels, ...lengths] = lengthsOf(x) as [number, number, ...number[]];
  const output = lengthsOf(grid).slice(1, -1);
  need(lengthsOf(grid).at(-1) === lengths.length && rankOf(grid) === rankOf(x), 'PP2002', () => [
    `the grid has the shape ${printShape(grid.type.shape)} for x ${printShape(x.type.shape)}`,
    `Give it ${lengths.length} coordinates for each output`,
  ]);
  const steps = stepsOf(context);
  const { make, cast, reshape } = steps;
  const points = sizeOf(output);
  const flat = reshape(x, [batch, channels, sizeOf(lengths)]);
  const cells = cellsOf(steps, reshape(grid, [batch, points, lengths.length]), lengths, node);
  const terms = cells.map(({ at, weight }) => {
    const indices = make(ops.expand, { x: at }, { shape: [batch, channels, points] });
    const element = make(ops.gatherElements, { x: flat, indices }, { axis: 2 });
    return make(ops.mul, { a: element, b: cast(weight, x.type.dtype) });
  });
  const sum = terms.reduce((left, right) => make(ops.add, { a: left, b: right }));
  return reshapeTo(context, sum, [batch, channels, ...output]);
}

const joined = ({ make }: Steps, a: Neighbour, b: Neighbour): Neighbour => ({
  at: make(ops.add, { a: a.at, b: b.at }),
  weight: make(ops.mul, { a: a.weight, b: b.weight }),
});

/** Positions from -1 to 1 along an axis: of its outermost elements (alignCorners) or their outer edges. */
const normalised = (i: number, n: number, alignCorners: boolean): number =>
  alignCorners ? (n === 1 ? -1 : -1 + (2 * i) / (n - 1)) : -1 + (2 * i + 1) / n;

/** theta [N, axes, axes + 1] times (x, y, z, 1) for every element of an output of `size`. */
function affineGrid(context: Context, theta: Value, size: readonly number[], alignCorners: boolean): Value {
  const [batch = 0, , ...lengths] = size;
  const axes = lengths.length;
  const { make, constant } = stepsOf(context);
  const base = filled(theta.type.dtype, [sizeOf(lengths), axes + 1], (i) => {
    const [point, column] = [Math.floor(i / (axes + 1)), i % (axes + 1)];
    if (column === axes) return 1;
    const axis = axes - 1 - column;
    const index = Math.floor(point / sizeOf(lengths.slice(axis + 1))) % lengths[axis]!;
    return normalised(index, lengths[axis]!, alignCorners);
  });
  const turned = make(ops.transpose, { x: theta }, { perm: [0, 2, 1] });
  return reshapeTo(context, make(ops.matMul, { a: constant(base), b: turned }), [batch, ...lengths, axes]);
}

const align_corners = flag(false);
const padding_mode = oneOf('zeros', 'border', 'reflection');
const oldModes = { bilinear: 'linear', nearest: 'nearest', bicubic: 'cubic' } as const;

export const gridSampling: Table = {
  AffineGrid: from(
    20,
    row({
      inputs: ['theta', 'size'],
      attributes: { align_corners },
      elements: ['size'],
      build: ({ theta, size }, { align_corners: align }, context) =>
        affineGrid(context, theta, context.elements(size), align),
    }),
  ),
  GridSample: {
    16: row({
      inputs: ['x', 'grid'],
      attributes: { align_corners, mode: oneOf('bilinear', 'nearest', 'bicubic'), padding_mode },
      build: ({ x, grid }, { align_corners: alignCorners, mode, padding_mode: padding }, context) =>
        gridSample(context, x, grid, { alignCorners, mode: oldModes[mode], padding }),
    }),
    20: row({
      inputs: ['x', 'grid'],
      attributes: { align_corners, mode: oneOf('linear', 'nearest', 'cubic'), padding_mode },
      build: ({ x, grid }, { align_corners: alignCorners, mode, padding_mode: padding }, context) =>
        gridSample(context, x, grid, { alignCorners, mode, padding }),
    }),
  },
};
