import {
  add,
  averagePool,
  batchNormalization,
  concat,
  depthToSpace,
  type Graph,
  leakyRelu,
  make,
  makeNode,
  matMul,
  maxPool,
  mul,
  type Node,
  ops,
  outputOf,
  type Pair,
  PolyphaseError,
  pad,
  reduceMax,
  reduceMean,
  reshape,
  sizeOf,
  slice,
  softmax,
  spaceToDepth,
  split,
  tensor,
  transpose,
  type Value,
} from '@polyphase/ir';
import fc from 'fast-check';
import { convolved, deconvolved, enlarged, graphOf, input, weights } from './rules.testing.ts';
import { constant } from './toy.testing.ts';

/** How one layer is made: which kind, of which of the values so far, and numbers that settle the rest. */
interface Choice {
  readonly kind: number;
  readonly from: number;
  readonly a: number;
  readonly b: number;
}

interface Site {
  readonly x: Value;
  readonly shape: readonly number[];
  readonly name: string;
  readonly a: number;
  readonly b: number;
  /** The values so far. */
  readonly values: readonly Value[];
}

type Maker = (site: Site) => readonly Node[] | undefined;

const isMap = ({ shape }: Site): boolean => shape.length === 4;
const shapeOf = (value: Value): readonly number[] => value.type.shape as readonly number[];
const pairs = (a: number, b: number): readonly Pair[] => [
  [a % 3, b % 2],
  [b % 3, a % 2],
];

const unary: Maker = ({ x, name, a }) => {
  const op = [ops.relu, ops.sigmoid, ops.tanh, ops.neg, ops.abs, ops.softplus, ops.identity][a % 7]!;
  return [makeNode(op as typeof ops.relu, [x], {}, { name })];
};

const leaky: Maker = ({ x, name }) => [make(leakyRelu, { x }, { alpha: 0.3 }, { name })];

const affine: Maker = ({ x, shape, name, a, b }) => {
  const axis = a % shape.length;
  const flat = shape.map((length, i) => (i === axis && b % 3 > 0 ? length : 1));
  const op = [ops.mul, ops.add, ops.sub][b % 3]! as typeof ops.mul;
  return [make(op, { a: x, b: weights(flat, a + 20) }, {}, { name })];
};

const normalized: Maker = (site) => {
  if (!isMap(site)) return undefined;
  const channels = site.shape[1]!;
  const variance = tensor(new Float64Array(channels).fill(0.7), [channels], 'float64');
  const [scale, bias, mean] = [31, 32, 33].map((seed) => weights([channels], seed)) as [Value, Value, Value];
  const operands = { x: site.x, scale, bias, mean, variance: constant('variance', variance) };
  return [make(batchNormalization, operands, {}, { name: site.name })];
};

const convolution: Maker = (site) => {
  if (!isMap(site)) return undefined;
  const { x, shape, name, a, b } = site;
  const kernel = [1 + 2 * (a % 2), 1 + (b % 3)];
  if (kernel[0]! > shape[2]! || kernel[1]! > shape[3]!) return undefined;
  const groups = b % 4 === 3 && shape[1]! % 2 === 0 ? 2 : 1;
  return [
    convolved(x, 4, kernel, { pads: pairs(a, b), groups, stride: [1 + (a % 5 === 4 ? 1 : 0), 1], name }),
  ];
};

const pointConvolution: Maker = (site) =>
  isMap(site)
    ? [convolved(site.x, 1 + (site.a % 8), [1, 1], { bias: site.b % 2 === 0, name: site.name })]
    : undefined;

const deconvolution: Maker = (site) => {
  if (!isMap(site)) return undefined;
  const { x, a, b, name } = site;
  return [
    deconvolved(x, 4, [2 + (a % 3), 2 + (b % 2)], {
      pads: [
        [a % 2, b % 2],
        [0, -1],
      ],
      name,
    }),
  ];
};

const upsampled: Maker = (site) => {
  if (!isMap(site)) return undefined;
  const { x, a, b, name } = site;
  const filter = a % 3 === 0 ? ({ kind: 'linear' } as const) : undefined;
  return [
    enlarged(
      x,
      [
        [2, 2],
        [1, 2],
        [3, 1],
        [1.5, 2],
      ][b % 4]!,
      filter,
      name,
    ),
  ];
};

/** A decoder's join: the map repeated, and one of the same size, convolved together. */
const joined: Maker = (site) => {
  if (!isMap(site)) return undefined;
  const { x, a, b, name } = site;
  const up = enlarged(x, [2, 2], undefined, `${name}/up`);
  const other = deconvolved(x, 2, [2, 2], { name: `${name}/other` });
  const xs = a % 2 === 0 ? [outputOf(up), outputOf(other)] : [outputOf(other), outputOf(up), outputOf(up)];
  const both = make(concat, { xs }, { axis: 1 }, { name: `${name}/both` });
  return [
    up,
    other,
    both,
    convolved(outputOf(both), 3, [3, 2], { pads: pairs(a, b), bias: b % 2 === 0, name }),
  ];
};

const shuffled: Maker = (site) =>
  isMap(site) && site.shape[1]! % 4 === 0
    ? [
        make(
          depthToSpace,
          { x: site.x },
          { blocksize: 2, mode: site.a % 2 ? 'CRD' : 'DCR' },
          { name: site.name },
        ),
      ]
    : undefined;

const gathered: Maker = (site) =>
  isMap(site) && site.shape[2]! % 2 === 0 && site.shape[3]! % 2 === 0
    ? [make(spaceToDepth, { x: site.x }, { blocksize: 2 }, { name: site.name })]
    : undefined;

const reordered: Maker = ({ x, shape, name, a }) => {
  const perms =
    shape.length === 4
      ? [
          [0, 2, 3, 1],
          [0, 3, 1, 2],
          [0, 1, 3, 2],
        ]
      : [shape.map((_, i) => shape.length - 1 - i)];
  return [make(transpose, { x }, { perm: perms[a % perms.length]! }, { name })];
};

const reshaped: Maker = ({ x, shape, name, a }) => {
  const target = a % 2 === 0 ? [shape[0]!, sizeOf(shape.slice(1))] : [...shape].reverse();
  return [make(reshape, { x }, { shape: target }, { name })];
};

const padded: Maker = ({ x, shape, name, a, b }) => {
  const attributes = shape.map((_, axis): Pair => (axis < 2 ? [0, 0] : [a % 2, b % 3]));
  return [make(pad, { x }, { pads: attributes, mode: b % 4 === 3 ? 'edge' : 'constant' }, { name })];
};

const sliced: Maker = ({ x, shape, name, a, b }) => {
  const start = shape.map((length) => a % length);
  const step = shape.map((_, axis) => (axis % 2 === b % 2 ? 1 : 2));
  const length = shape.map((n, axis) => Math.ceil((n - start[axis]!) / step[axis]!));
  return [make(slice, { x }, { start, step, length }, { name })];
};

const rejoined: Maker = ({ x, shape, name, a, b }) => {
  const axis = a % shape.length;
  if (shape[axis]! < 2) return undefined;
  const parts = make(split, { x }, { axis, lengths: [1, shape[axis]! - 1] }, { name: `${name}/parts` });
  const xs = b % 2 === 0 ? parts.outputs : [...parts.outputs].reverse();
  return [parts, make(concat, { xs }, { axis }, { name })];
};

const pooled: Maker = (site) => {
  if (!isMap(site) || site.shape[2]! < 2 || site.shape[3]! < 2) return undefined;
  const { x, a, b, name } = site;
  const window = {
    kernel: [2, 2],
    stride: [1 + (a % 2), 1],
    dilation: [1, 1],
    pads: [
      [a % 2, 0],
      [0, b % 2],
    ] as Pair[],
  };
  if (b % 3 === 0) return [make(maxPool, { x }, window, { name })];
  return [make(averagePool, { x }, { ...window, countIncludePad: b % 3 === 1 }, { name })];
};

const multiplied: Maker = ({ x, shape, name, a }) =>
  shape.length < 2
    ? undefined
    : [make(matMul, { a: x, b: weights([shape.at(-1)!, 1 + (a % 4)], 41) }, {}, { name })];

/** A diamond: the value and another one of its shape. */
const merged: Maker = ({ x, shape, name, a, b, values }) => {
  const alike = values.filter((value) => value !== x && String(shapeOf(value)) === String(shape));
  const other = alike[a % alike.length];
  if (!other) return undefined;
  if (b % 3 === 0) return [make(concat, { xs: [x, other] }, { axis: a % shape.length }, { name })];
  return [make(b % 3 === 1 ? add : mul, { a: x, b: other }, {}, { name })];
};

/** A function of all elements along an axis, or a fold of it. */
const alongAxis: Maker = ({ x, shape, name, a, b }) => {
  const axis = a % shape.length;
  if (b % 3 === 0) return [make(softmax, { x }, { axis }, { name })];
  if (b % 3 === 1) return [make(reduceMean, { x }, { axes: [axis], keepDims: true }, { name })];
  return shape.length > 2 ? [make(reduceMax, { x }, { axes: [axis], keepDims: false }, { name })] : undefined;
};

/** A channels-first layer of a channels-last model. */
const channelsLast: Maker = (site) => {
  if (!isMap(site)) return undefined;
  const { x, a, name } = site;
  const first = make(transpose, { x }, { perm: [0, 3, 1, 2] }, { name: `${name}/first` });
  const middle =
    a % 2 === 0 ? convolved(outputOf(first), 4, [1, 1], { name }) : enlarged(outputOf(first), [2, 1]);
  const last = make(transpose, { x: outputOf(middle) }, { perm: [0, 2, 3, 1] }, { name: `${name}/last` });
  return [first, middle, last];
};

const makers: readonly Maker[] = [
  unary,
  leaky,
  affine,
  normalized,
  convolution,
  pointConvolution,
  deconvolution,
  upsampled,
  upsampled,
  joined,
  shuffled,
  gathered,
  reordered,
  reshaped,
  padded,
  sliced,
  rejoined,
  pooled,
  multiplied,
  merged,
  merged,
  alongAxis,
  channelsLast,
  channelsLast,
];

/** The layers, unless their shape rules refuse them. */
function possible(maker: Maker, site: Site): readonly Node[] | undefined {
  try {
    return maker(site);
  } catch (error) {
    if (error instanceof PolyphaseError) return undefined;
    throw error;
  }
}

/** Above this many elements the definitions take too long. */
const largest = 3000;

function build(shape: readonly number[], choices: readonly Choice[]): Graph {
  const x = input(shape);
  const values: Value[] = [x];
  const nodes: Node[] = [];
  for (const [i, { kind, from, a, b }] of choices.entries()) {
    // Mostly a chain: the last value is taken three times out of four.
    const value = from % 4 === 0 ? values[from % values.length]! : values.at(-1)!;
    const site: Site = { x: value, shape: shapeOf(value), name: `n${i}`, a, b, values };
    const made = possible(makers[kind % makers.length]!, site) ?? unary(site)!;
    if (made.some((node) => node.outputs.some((output) => sizeOf(shapeOf(output)) > largest))) continue;
    nodes.push(...made);
    values.push(outputOf(made.at(-1)!));
  }
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const ends = nodes.flatMap(({ outputs }) => outputs.slice(0, 1)).filter((value) => !read.has(value));
  return graphOf([x], nodes, ends);
}

const natural = fc.nat({ max: 1000 });
const choice = fc.record<Choice>({ kind: natural, from: natural, a: natural, b: natural });

/** Chains and diamonds of 3 to 8 layers. */
export const randomGraph: fc.Arbitrary<Graph> = fc
  .tuple(
    fc.constantFrom([1, 4, 3, 4], [2, 4, 2, 2], [1, 8, 1, 3], [1, 2, 4, 5]),
    fc.array(choice, { minLength: 3, maxLength: 8 }),
  )
  .map(([shape, choices]) => build(shape, choices))
  .filter(({ nodes }) => nodes.length > 0);
