import {
  add,
  batchNormalization,
  cast,
  clip,
  div,
  equal,
  isInf,
  leakyRelu,
  make,
  mul,
  type Node,
  outputOf,
  prelu,
  type ResampleFilter,
  relu,
  sigmoid,
  sub,
  tensor,
  upsample,
  type Value,
} from '@polyphase/ir';
import { expect, test } from 'vitest';
import { repetition } from '../resampling.ts';
import { chained, convolved, enlarged, graphOf, input, optimized, weights } from '../rules.testing.ts';
import { constant } from '../toy.testing.ts';

type Layer = (x: Value) => Node;
const linear: ResampleFilter = { kind: 'linear' };
const cubic: ResampleFilter = { kind: 'cubic', coefficient: -0.75 };
const nearest: ResampleFilter = { kind: 'nearest', rounding: 'round_prefer_ceil' };
const up =
  (factors: readonly number[], filter?: ResampleFilter): Layer =>
  (x) =>
    enlarged(x, factors, filter);
const named = { name: 'f' };
const statistics = (channels: number) => ({
  scale: weights([channels], 11),
  bias: weights([channels], 12),
  mean: weights([channels], 13),
  variance: constant(
    'v',
    tensor(
      Float64Array.from({ length: channels }, (_, c) => c + 0.5),
      [channels],
      'float64',
    ),
  ),
});
const normalization: Layer = (x) =>
  make(batchNormalization, { x, ...statistics(x.type.shape[1] as number) }, {}, named);
const conv1x1 =
  (options: Parameters<typeof convolved>[3] = {}): Layer =>
  (x) =>
    convolved(x, 3, [1, 1], options);
const scalar = (value: number): Value => constant('s', tensor([value], [], 'float64'));

test.each<[string, readonly number[], Layer, Layer, readonly string[]]>([
  ['conv 1x1, linear', [1, 2, 3, 4], up([2, 2], linear), conv1x1(), ['conv', 'upsample']],
  ['conv 1x1, cubic, odd factor', [2, 2, 3, 5], up([3, 1.4], cubic), conv1x1(), ['conv', 'upsample']],
  ['conv 1x1, nearest', [1, 2, 3, 4], up([2, 2]), conv1x1(), ['conv', 'upsample']],
  [
    'conv 1x1, groups, no bias',
    [1, 6, 3, 4],
    up([2, 2]),
    conv1x1({ groups: 3, bias: false }),
    ['conv', 'upsample'],
  ],
  ['relu, nearest', [1, 2, 3, 4], up([2, 2]), (x) => make(relu, { x }, {}, named), ['relu', 'upsample']],
  [
    'sigmoid, any nearest',
    [1, 2, 3, 5],
    up([1.5, 2.2], nearest),
    (x) => make(sigmoid, { x }, {}, named),
    ['sigmoid', 'upsample'],
  ],
  ['a test', [1, 2, 3, 4], up([2, 2]), (x) => make(isInf, { x }, {}, named), ['isInf', 'upsample']],
  [
    'a cast',
    [1, 2, 3, 4],
    up([2, 2]),
    (x) => make(cast, { x }, { to: 'int32' }, named),
    ['cast', 'upsample'],
  ],
  [
    'a comparison',
    [1, 2, 3, 4],
    up([2, 2]),
    (x) => make(equal, { a: scalar(0), b: x }, {}, named),
    ['equal', 'upsample'],
  ],
  [
    'clip',
    [1, 2, 3, 4],
    up([2, 2]),
    (x) => make(clip, { x, min: scalar(0), max: scalar(0.5) }, {}, named),
    ['clip', 'upsample'],
  ],
  [
    'prelu',
    [1, 2, 3, 4],
    up([2, 2]),
    (x) => make(prelu, { a: x, b: weights([2, 1, 1]) }, {}, named),
    ['prelu', 'upsample'],
  ],
  [
    'a function of other axes',
    [1, 2, 3, 4],
    up([2, 1]),
    (x) => make(prelu, { a: x, b: weights([4]) }, {}, named),
    ['prelu', 'upsample'],
  ],
  [
    'batch normalization, linear',
    [1, 2, 3, 4],
    up([2, 2], linear),
    normalization,
    ['batchNormalization', 'upsample'],
  ],
  [
    'a factor a channel, cubic',
    [1, 2, 3, 4],
    up([2, 2], cubic),
    (x) => make(mul, { a: weights([2, 1, 1]), b: x }, {}, named),
    ['mul', 'upsample'],
  ],
  [
    'a summand, linear',
    [1, 2, 3, 4],
    up([2, 2], linear),
    (x) => make(sub, { a: scalar(1), b: x }, {}, named),
    ['sub', 'upsample'],
  ],
])('before the upsampling: %s', (_, shape, first, second, expected) => {
  expect(optimized(chained(input(shape), first, second)).ops).toEqual(expected);
});

test.each<[string, readonly number[], Layer, Layer]>([
  ['relu after linear', [1, 2, 3, 4], up([2, 2], linear), (x) => make(leakyRelu, { x }, {}, named)],
  ['shrinking', [1, 2, 6, 6], up([0.5, 0.5]), (x) => make(relu, { x }, {}, named)],
  ['conv 1x1 after shrinking', [1, 2, 6, 6], up([0.5, 0.5], linear), conv1x1()],
  ['conv 1x1 with stride', [1, 2, 3, 4], up([2, 2], linear), conv1x1({ stride: [2, 1] })],
  [
    'conv 1x1 with padding',
    [1, 2, 3, 4],
    up([2, 2], linear),
    conv1x1({
      pads: [
        [1, 0],
        [0, 0],
      ],
    }),
  ],
  [
    'a factor that varies along the axis',
    [1, 2, 3, 4],
    up([2, 2]),
    (x) => make(mul, { a: x, b: weights([8]) }, {}, named),
  ],
  [
    'a factor that widens x',
    [1, 1, 3, 4],
    up([2, 2]),
    (x) => make(mul, { a: x, b: weights([2, 1, 1, 1, 1]) }, {}, named),
  ],
  [
    'a quotient by x after linear',
    [1, 2, 3, 4],
    up([2, 2], linear),
    (x) => make(div, { a: scalar(1), b: x }, {}, named),
  ],
])('stays behind the upsampling: %s', (_, shape, first, second) => {
  const graph = chained(input(shape), first, second);
  expect(optimized(graph).ops).toEqual(graph.nodes.map(({ op }) => op));
});

test('a channel that becomes many moves only where it pays', () => {
  const widened =
    (out: number): Layer =>
    (x) =>
      convolved(x, out, [1, 1], { bias: false });
  expect(optimized(chained(input([1, 64, 4, 4]), up([1, 1.25], linear), widened(1))).ops).toEqual([
    'conv',
    'upsample',
  ]);
  expect(optimized(chained(input([1, 1, 4, 4]), up([1, 1.25], linear), widened(64))).ops).toEqual([
    'upsample',
    'conv',
  ]);
});

test('values that an extrapolation puts in are not taken for weights that sum to 1', () => {
  const cropped: Layer = (x) =>
    make(
      upsample,
      { x },
      {
        axes: [{ ...repetition(2, 3, 2), map: 'tf_crop_and_resize', roi: [-0.5, 1], filter: linear }],
        extrapolation: 7,
      },
      named,
    );
  expect(optimized(chained(input([1, 2, 3, 3]), cropped, conv1x1())).ops).toEqual(['upsample', 'conv']);
});

test('an upsampling that something else reads stays behind', () => {
  const x = input([1, 2, 3, 3]);
  const first = enlarged(x, [2, 2]);
  const second = make(relu, { x: outputOf(first) }, {}, named);
  const sum = make(add, { a: outputOf(first), b: outputOf(second) }, {}, { name: 'sum' });
  expect(optimized(graphOf([x], [first, second, sum], sum.outputs)).ops).toEqual(['upsample', 'relu', 'add']);
});

test.each<[string, Layer, Layer, readonly string[]]>([
  ['2x and 3x', up([2, 2]), up([3, 3]), ['upsample']],
  ['along different axes', up([2, 1]), up([1, 2]), ['upsample']],
  ['by 1', up([1, 1]), up([1, 1]), []],
  ['with a linear one stays', up([2, 2]), up([2, 2], linear), ['upsample', 'upsample']],
  ['with another rounding stays', up([2, 2]), up([1.5, 1.5]), ['upsample', 'upsample']],
  ['linear ones along different axes', up([2, 1], linear), up([1, 3], linear), ['upsample']],
  ['linear and nearest along different axes', up([1, 1.5]), up([2, 1], linear), ['upsample']],
  ['linear ones along one axis stay', up([2, 1], linear), up([2, 2], linear), ['upsample', 'upsample']],
])('an upsampling of an upsampling: %s', (_, first, second, expected) => {
  expect(optimized(chained(input([1, 2, 3, 4]), first, second)).ops).toEqual(expected);
});

test('integers that are interpolated are rounded after each axis', () => {
  const graph = chained(input([1, 1, 3, 4], 'x', 'int32'), up([2, 1], linear), up([1, 2], linear));
  expect(optimized(graph).ops).toEqual(['upsample', 'upsample']);
});

test('a decoder block: what stands behind the upsampling goes before it and into the weights', () => {
  const block: readonly Layer[] = [
    (x) =>
      convolved(x, 4, [3, 3], {
        pads: [
          [1, 1],
          [1, 1],
        ],
      }),
    up([2, 2], linear),
    normalization,
    (x) => convolved(x, 2, [1, 1]),
  ];
  expect(optimized(chained(input([1, 3, 4, 4]), ...block)).ops).toEqual(['conv', 'conv', 'upsample']);
});
