import {
  cast,
  concat,
  type DType,
  depthToSpace,
  make,
  type Node,
  type SliceAttributes,
  slice,
  spaceToDepth,
  split,
  type Value,
} from '@polyphase/ir';
import { expect, test } from 'vitest';
import { chained, graphOf, input, optimized } from '../rules.testing.ts';

type Layer = (x: Value) => Node;
const deep =
  (blocksize: number): Layer =>
  (x) =>
    make(spaceToDepth, { x }, { blocksize }, { name: 'deep' });
const wide =
  (blocksize: number, mode: 'DCR' | 'CRD'): Layer =>
  (x) =>
    make(depthToSpace, { x }, { blocksize, mode }, { name: 'wide' });
const cut =
  (attributes: SliceAttributes): Layer =>
  (x) =>
    make(slice, { x }, attributes, { name: 'cut' });
const to =
  (dtype: DType): Layer =>
  (x) =>
    make(cast, { x }, { to: dtype }, { name: dtype });

test.each<[string, readonly number[], Layer, Layer, readonly string[]]>([
  ['depth and back', [1, 8, 4, 4], wide(2, 'DCR'), deep(2), []],
  [
    'depth and back in another order',
    [1, 8, 4, 4],
    wide(2, 'CRD'),
    deep(2),
    ['depthToSpace', 'spaceToDepth'],
  ],
  ['depth and back, one channel', [1, 4, 4, 4], wide(2, 'CRD'), deep(2), []],
  [
    'depth and back in other blocks',
    [1, 16, 4, 4],
    wide(2, 'DCR'),
    deep(4),
    ['depthToSpace', 'spaceToDepth'],
  ],
  ['space and back', [1, 2, 4, 4], deep(2), wide(2, 'DCR'), []],
  [
    'space and back in another order',
    [1, 2, 4, 4],
    deep(2),
    wide(2, 'CRD'),
    ['spaceToDepth', 'depthToSpace'],
  ],
  [
    'slice of a slice',
    [1, 2, 9, 8],
    cut({ start: [0, 0, 8, 1], step: [1, 1, -2, 3], length: [1, 2, 5, 3] }),
    cut({ start: [0, 1, 4, 0], step: [1, 1, -1, 2], length: [1, 1, 3, 2] }),
    ['slice'],
  ],
  [
    'slice of a slice to nothing',
    [1, 2, 9, 8],
    cut({ start: [0, 0, 8, 0], step: [1, 1, 1, 1], length: [1, 2, 1, 8] }),
    cut({ start: [0, 0, 1, 0], step: [1, 1, 1, 1], length: [1, 2, 0, 8] }),
    ['slice'],
  ],
])('%s', (_, shape, first, second, expected) => {
  expect(optimized(chained(input(shape), first, second)).ops).toEqual(expected);
});

test.each<[DType, DType, DType, readonly string[]]>([
  ['float32', 'float64', 'float32', []],
  ['int32', 'int64', 'float32', ['cast']],
  ['uint8', 'float32', 'int8', ['cast', 'cast']], // 200 saturates from float32 and wraps from uint8
  ['uint8', 'int16', 'int8', ['cast']],
  ['uint8', 'float16', 'int32', ['cast']],
  ['int32', 'float32', 'int64', ['cast', 'cast']],
  ['float32', 'float16', 'float32', ['cast', 'cast']],
  ['float32', 'int32', 'float32', ['cast', 'cast']],
  ['int8', 'uint8', 'int32', ['cast', 'cast']],
  ['bool', 'int8', 'float32', ['cast']],
])('a cast of a cast: %s as %s to %s', (from, between, result, expected) => {
  const graph = chained(input([40], 'x', from), to(between), to(result));
  expect(optimized(graph).ops).toEqual(expected);
});

const parts = (lengths: readonly number[], axis = 1) => {
  const x = input([2, 6, 3]);
  return { x, node: make(split, { x }, { axis, lengths }, { name: 'parts' }) };
};

test.each<[string, readonly number[], (outputs: readonly Value[]) => readonly Value[], number, number]>([
  ['in order', [2, 3, 1], (outputs) => outputs, 1, 0],
  ['in another order', [2, 2, 2], ([a, b, c]) => [a!, c!, b!], 1, 2],
  ['not all', [2, 3, 1], ([a, b]) => [a!, b!], 1, 2],
  ['along another axis', [3, 3], (outputs) => outputs, 2, 2],
])('split and rejoined %s', (_, lengths, order, axis, left) => {
  const { x, node } = parts(lengths);
  const joined = make(concat, { xs: order(node.outputs) }, { axis }, { name: 'joined' });
  expect(optimized(graphOf([x], [node, joined], joined.outputs)).ops).toHaveLength(left);
});

test.each<[string, readonly number[], number]>([
  ['where it was joined', [2, 4], 0],
  ['elsewhere', [3, 3], 2],
])('joined and split %s', (_, lengths, left) => {
  const inputs = [input([1, 2, 3], 'a'), input([1, 4, 3], 'b')];
  const joined = make(concat, { xs: inputs }, { axis: 1 }, { name: 'joined' });
  const node = make(split, { x: joined.outputs[0]! }, { axis: 1, lengths }, { name: 'parts' });
  expect(optimized(graphOf(inputs, [joined, node], node.outputs)).ops).toHaveLength(left);
});
