import { type Op, ops, type Value } from '@polyphase/ir';
import { networks, type Suite } from '../cases.ts';
import { between, elements } from '../data.ts';
import type { Network } from '../network.ts';
import { rewrites } from './fusion-rewrites.ts';
import { undoing } from './fusion-undone.ts';
import { conv3, matrix, scalar, up2 } from './layers.ts';
import { everyWidth } from './shared.ts';

type Build = (network: Network) => Value | readonly Value[];

/** What makes a value that an epilogue follows. */
const contractions: Readonly<Record<string, (network: Network) => Value>> = {
  conv: (n) => conv3(n, n.input([1, 3, 4, 6]), 5),
  convTranspose: (n) => up2(n, n.input([1, 3, 2, 3]), 5),
  matMul: (n) => matrix(n, n.input([1, 5, 4, 3]), 6),
};

/** All of [1, 5, 4, 6]. */
const epilogues: Readonly<Record<string, (network: Network, y: Value) => Value>> = {
  relu: (n, x) => n.layer(ops.relu, { x }),
  'relu, then add': (n, x) => n.layer(ops.add, { a: n.layer(ops.relu, { x }), b: n.input([1, 5, 4, 6]) }),
  'add, then relu: a residual': (n, a) =>
    n.layer(ops.relu, { x: n.layer(ops.add, { a, b: n.input([1, 5, 4, 6]) }) }),
  'the residual on the left': (n, b) => n.layer(ops.sub, { a: n.input([1, 5, 4, 6]), b }),
  'a residual of itself': (n, y) => n.layer(ops.mul, { a: y, b: n.layer(ops.sigmoid, { x: y }) }),
  'one value a channel': (n, a) => n.layer(ops.mul, { a, b: n.input([1, 5, 1, 1]) }),
  'one value a column': (n, a) => n.layer(ops.add, { a, b: n.input([6]) }),
  'one value a row': (n, a) => n.layer(ops.add, { a, b: n.input([4, 1]) }),
  'a plane for all channels': (n, a) => n.layer(ops.mul, { a, b: n.input([1, 1, 4, 6]) }),
  'a batch that grows': (n, a) => n.layer(ops.add, { a, b: n.input([2, 1, 1, 1]) }),
  'a scalar, then clip to 0 and 6': (n, a) =>
    n.layer(ops.clip, {
      x: n.layer(ops.mul, { a, b: scalar(n, 0.5) }),
      min: scalar(n, 0),
      max: scalar(n, 6),
    }),
  leakyRelu: (n, x) => n.layer(ops.leakyRelu, { x }, { alpha: 0.2 }),
  prelu: (n, a) => n.layer(ops.prelu, { a, b: n.weight([5, 1, 1]) }),
  hardSwish: (n, x) => n.layer(ops.hardSwish, { x }),
  'batchNormalization, relu': (n, x) => n.layer(ops.relu, { x: normalized(n, x) }),
  'scale and shift known at run time': (n, a) =>
    n.layer(ops.add, { a: n.layer(ops.mul, { a, b: n.input([5, 1, 1]) }), b: n.input([5, 1, 1]) }),
  'mul, then add: the order counts': (n, a) =>
    n.layer(ops.add, { a: n.layer(ops.mul, { a, b: n.weight([5, 1, 1]) }), b: n.weight([5, 1, 1]) }),
  'add, then mul: the order counts': (n, a) =>
    n.layer(ops.mul, { a: n.layer(ops.add, { a, b: n.weight([5, 1, 1]) }), b: n.weight([5, 1, 1]) }),
  'compare and choose': (n, y) =>
    n.layer(ops.where, {
      condition: n.layer(ops.greater, { a: y, b: n.input([6]) }),
      a: y,
      b: n.input([1, 5, 4, 6]),
    }),
  'a long chain': (n, y) => {
    const shifted = n.layer(ops.add, { a: y, b: n.weight([5, 1, 1]) });
    const scaled = n.layer(ops.mul, { a: n.layer(ops.tanh, { x: shifted }), b: n.input([6]) });
    const sum = n.layer(ops.add, { a: scaled, b: n.layer(ops.abs, { x: y }) });
    return n.layer(ops.sqrt, { x: n.layer(ops.max, { a: sum, b: scalar(n, 0.25) }) });
  },
};

const normalized = (n: Network, x: Value): Value => {
  const channels = [x.type.shape[1] as number];
  const variance = n.weight(between(0.5, 2, channels));
  const [scale, bias, mean] = [n.weight(channels), n.weight(channels), n.weight(channels)] as const;
  return n.layer(ops.batchNormalization, { x, scale, bias, mean, variance });
};

/** Every epilogue behind every contraction. */
const behindContractions = Object.fromEntries(
  Object.entries(contractions).flatMap(([contraction, make]) =>
    Object.entries(epilogues).map(([title, follow]): [string, Build] => [
      `${contraction}: ${title}`,
      (n) => follow(n, make(n)),
    ]),
  ),
);

const shared: Readonly<Record<string, Build>> = {
  'a sum that is read twice': (n) => {
    const y = up2(n, n.input([1, 2, 3, 3]), 3);
    return [n.layer(ops.relu, { x: y }), n.layer(ops.neg, { x: y })];
  },
  'a sum that is also an output': (n) => {
    const y = conv3(n, n.input([1, 2, 4, 4]), 3);
    return [y, n.layer(ops.relu, { x: y })];
  },
  'two branches meet': (n) => {
    const x = n.input([1, 4, 5, 5]);
    return n.layer(ops.add, { a: conv3(n, x, 3), b: conv3(n, x, 3) });
  },
  'a gate of another branch': (n) => {
    const x = n.input([1, 3, 4, 4]);
    const gate = n.layer(ops.sigmoid, { x: conv3(n, x, 3) });
    return n.layer(ops.mul, { a: conv3(n, x, 3), b: gate });
  },
  'two residual blocks': (n) => {
    let x = n.input([1, 4, 5, 5]);
    for (let block = 0; block < 2; block++) {
      const inner = n.layer(ops.relu, { x: conv3(n, x, 4) });
      x = n.layer(ops.relu, { x: n.layer(ops.add, { a: conv3(n, inner, 4), b: x }) });
    }
    return x;
  },
  'an input that is an output': (n) => {
    const x = n.input([2, 3]);
    return [x, n.layer(ops.exp, { x })];
  },
  'one value as two outputs': (n) => {
    const y = n.layer(ops.neg, { x: n.input([2, 3]) });
    return [y, y];
  },
  'a layer that nobody reads': (n) => {
    const x = n.input([2, 3]);
    n.layer(ops.exp, { x });
    return n.layer(ops.neg, { x });
  },
};

const pointwise: Readonly<Record<string, Build>> = {
  'a diamond': (n) => {
    const x = n.layer(ops.exp, { x: n.input(between(-2, 2, [3, 7])) });
    return n.layer(ops.div, { a: n.layer(ops.sqrt, { x }), b: n.layer(ops.add, { a: x, b: scalar(n, 1) }) });
  },
  'through slices, pads and transposes': (n) => {
    const x = n.layer(ops.relu, { x: n.input([3, 5]) });
    const turned = n.layer(ops.transpose, { x }, { perm: [1, 0] });
    const cut = n.layer(ops.slice, { x: turned }, { start: [1, 2], step: [2, -1], length: [2, 3] });
    const padded = n.layer(
      ops.pad,
      { x: cut },
      {
        pads: [
          [1, 0],
          [0, 2],
        ],
      },
    );
    return n.layer(ops.add, { a: padded, b: n.input([5]) });
  },
  'a concatenation of layers': (n) => {
    const x = n.input([2, 5]);
    const xs = [n.layer(ops.neg, { x }), n.layer(ops.abs, { x }), x];
    return n.layer(ops.relu, { x: n.layer(ops.concat, { xs }, { axis: 1 }) });
  },
  'parts that go different ways': (n) => {
    const [a, b] = n.layers(ops.split, { x: n.input([2, 7]) }, { axis: 1, lengths: [3, 4] });
    const xs = [n.layer(ops.exp, { x: a! }), n.layer(ops.neg, { x: b! })];
    return n.layer(ops.concat, { xs }, { axis: 1 });
  },
  'a sum of squares behind a chain': (n) => {
    const a = n.layer(ops.sub, { a: n.input([3, 9]), b: n.input([9]) });
    return n.layer(ops.reduceSum, { x: n.layer(ops.mul, { a, b: a }) }, { axes: [1], keepDims: false });
  },
  'attention: softmax of a scaled product, times v': (n) => {
    const [q, k, v] = [n.input([2, 3, 4]), n.input([2, 4, 5]), n.input([2, 5, 4])] as const;
    const scores = n.layer(ops.mul, { a: n.layer(ops.matMul, { a: q, b: k }), b: scalar(n, 0.1) });
    return n.layer(ops.matMul, { a: n.layer(ops.softmax, { x: scores }, { axis: 2 }), b: v });
  },
  'integers between floats': (n) => {
    const x = n.layer(ops.cast, { x: n.input(between(-9, 9, [3, 5])) }, { to: 'int32' });
    const doubled = n.layer(ops.add, { a: x, b: x });
    return n.layer(ops.cast, { x: doubled }, { to: 'float32' });
  },
  'indices from a maximum': (n) => {
    const x = n.input([3, 6]);
    const indices = n.layer(ops.argMax, { x }, { axis: 1 });
    return n.layer(ops.gatherElements, { x, indices }, { axis: 1 });
  },
  'a mask from a comparison': (n) => {
    const x = n.input([3, 6]);
    const condition = n.layer(ops.less, { a: x, b: scalar(n, 0) });
    return n.layer(ops.where, { condition, a: n.weight(elements([-100], [])), b: x });
  },
  ...everyWidth('residual', (width) => (n: Network) => {
    const y = up2(n, n.input([1, 2, 1, width]), 3);
    return n.layer(ops.relu, { x: n.layer(ops.add, { a: y, b: n.input([1, 3, 2, 2 * width]) }) });
  }),
};

const activations: readonly Op<'x', object>[] = [ops.relu, ops.sigmoid, ops.tanh, ops.softplus, ops.neg];
const halves = networks(
  Object.fromEntries(
    activations.map((op): [string, Build] => [
      `float16: convTranspose, ${op.name}`,
      (n) => n.layer(op, { x: up2(n, n.input([1, 2, 2, 3]), 3) }),
    ]),
  ),
  { dtype: 'float16' },
);

const reals = networks(
  {
    'reals: convTranspose, batchNormalization, relu, conv': (n) =>
      conv3(n, n.layer(ops.relu, { x: normalized(n, up2(n, n.input([1, 6, 4, 4]), 5)) }), 4),
    'reals: conv, residual, relu': (n) => {
      const y = conv3(n, n.input([1, 8, 6, 6]), 5);
      return n.layer(ops.relu, { x: n.layer(ops.add, { a: y, b: n.input([1, 5, 6, 6]) }) });
    },
    'reals: matMul, bias, gelu, matMul': (n) => {
      const hidden = n.layer(ops.add, { a: matrix(n, n.input([3, 16]), 24), b: n.weight([24]) });
      return matrix(n, n.layer(ops.gelu, { x: hidden }), 16);
    },
  },
  { reals: true },
);

export const fusionSuite: Suite = {
  name: 'fusion',
  rows: [
    ...networks({ ...behindContractions, ...shared, ...pointwise }),
    ...halves,
    ...reals,
    ...rewrites,
    ...undoing,
  ],
};
