import { expect, it } from 'vitest';
import { makeNode } from '../op.ts';
import { type OpName, opOf } from './index.ts';
import { typeOf } from './ops.testing.ts';

const window = {
  kernel: [2, 3],
  stride: [1, 1],
  dilation: [1, 1],
  pads: [
    [0, 0],
    [0, 0],
  ],
};

/** How many rounded operations one output takes at most: products summed, then what follows them. */
const rows: readonly (readonly [OpName, readonly string[], object, number])[] = [
  ['conv', ['float32[8, 8, 3, 5]', 'float32[6, 4, 2, 3]'], { ...window, groups: 2 }, 4 * 2 * 3 + 1],
  [
    'convTranspose',
    ['float32[8, 8, 3, 5]', 'float32[8, 4, 2, 3]'],
    { ...window, stride: [2, 2], crop: window.pads, groups: 2 },
    4 * 1 * 2 + 1,
  ],
  [
    'convTranspose',
    ['float32[8, 8, 3, 5]', 'float32[8, 4, 3, 5]'],
    { stride: [2, 6], dilation: [2, 4], crop: window.pads, groups: 1 },
    8 * 3 * 2 + 1,
  ],
  ['matMul', ['float32[2, 3, 7]', 'float32[7, 5]'], {}, 7],
  ['maxPool', ['float32[1, 1, 4, 4]'], window, 1],
  ['averagePool', ['float32[1, 1, 4, 4]'], window, 6 + 1],
  ['lpPool', ['float32[1, 1, 4, 4]'], window, 6 + 2],
  ['reduceSum', ['float32[2, 3, 4]'], { axes: [0, 2] }, 8],
  ['reduceMean', ['float32[2, 3, 4]'], { axes: [0, 2] }, 8 + 1],
  ['reduceMax', ['float32[2, 3, 4]'], { axes: [0, 2] }, 1],
  ['softmax', ['float32[2, 3]'], { axis: 1 }, 3 + 4],
  ['hardmax', ['float32[2, 3]'], { axis: 1 }, 1],
  ['layerNormalization', ['float32[2, 3, 4]', 'float32[4]'], { axis: 2 }, 2 * 4 + 8],
  ['groupNormalization', ['float32[2, 6, 4]', 'float32[6]', 'float32[6]'], { groups: 2 }, 2 * 12 + 8],
  ['depthToSpace', ['float32[1, 4, 2, 2]'], { blocksize: 2 }, 1],
];

it.each(rows)('%s of %j', (op, types, attributes, terms) => {
  const operands = types.map((type) => ({ name: 'x', type: typeOf(type) }));
  const node = makeNode(opOf({ name: 'x', op }), operands, attributes, { name: 'x' });
  expect(opOf(node).terms(node.inputs, node.attributes)).toBe(terms);
});
