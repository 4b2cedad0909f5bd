import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DType } from '../dtype.ts';
import { calc, type Nested, of } from './arrays.testing.ts';
import { broadcastShape } from './broadcast.ts';
import { ops } from './index.ts';
import { apply, expectReadsSuffice, itInfers, itRejects, pattern } from './ops.testing.ts';

type Name =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'min'
  | 'max'
  | 'prelu'
  | 'bitAnd'
  | 'bitOr'
  | 'bitXor'
  | 'shiftLeft'
  | 'shiftRight'
  | 'and'
  | 'or'
  | 'xor'
  | 'equal'
  | 'less'
  | 'lessOrEqual'
  | 'greater'
  | 'greaterOrEqual';
type Row = readonly [name: Name, dtype: DType, a: Nested, b: Nested, expected: Nested];

const { NaN: nan } = Number;

/** By numpy 2.4.6, shifts and integer division by onnxruntime 1.30; an integer by 0 is 0 here, which they leave open. */
test.each<Row>([
  [
    'add',
    'float32',
    [1, 2],
    [[10], [20]],
    [
      [11, 12],
      [21, 22],
    ],
  ],
  ['sub', 'uint32', [3], [5], [4294967294]],
  ['mul', 'int32', [2147483647, -5, 65536], [3, 7, 65537], [2147483645, -35, 65536]],
  ['mul', 'uint8', [200], [3], [88]],
  ['div', 'int64', [-7, 7, -7, 7, 5], [2, -2, -2, 2, 0], [-3, -3, 3, 3, 0]],
  ['div', 'int8', [-128], [-1], [-128]],
  ['div', 'float32', [1, -1, 0], 0, [Infinity, -Infinity, nan]],
  ['min', 'float32', [nan, 1, 2], [1, nan, 3], [nan, nan, 2]],
  ['max', 'float32', [nan, 1, 2], [1, nan, 3], [nan, nan, 3]],
  [
    'prelu',
    'float32',
    [
      [-1, 2],
      [-3, nan],
    ],
    [[2], [3]],
    [
      [-2, 2],
      [-9, nan],
    ],
  ],
  ['bitAnd', 'uint8', [200, 255, 3, 129], 60, [8, 60, 0, 0]],
  ['bitOr', 'uint8', [200, 255, 3, 129], 60, [252, 255, 63, 189]],
  ['bitXor', 'uint8', [200, 255, 3, 129], 60, [244, 195, 63, 189]],
  ['bitAnd', 'int8', [-128, -1, 5, 127], -2, [-128, -2, 4, 126]],
  ['shiftLeft', 'uint8', [200, 255, 3, 129], [1, 4, 7, 2], [144, 240, 128, 4]],
  ['shiftRight', 'uint8', [200, 255, 3, 129], [1, 4, 1, 2], [100, 15, 1, 32]],
  ['shiftRight', 'int8', [-128, -1, 5, 127], 2, [-32, -1, 1, 31]],
  ['shiftLeft', 'int8', [-128, -1, 5, 127], 1, [0, -2, 10, -2]],
  ['shiftLeft', 'uint32', [1, 1, 1], [31, 32, 40], [2147483648, 0, 0]],
  ['shiftRight', 'uint64', [2 ** 52, 1], [52, 64], [1, 0]],
  ['and', 'bool', [0, 0, 1, 1], [0, 1, 0, 1], [0, 0, 0, 1]],
  ['or', 'bool', [0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 1]],
  ['xor', 'bool', [0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]],
  ['equal', 'float32', [1, nan, 2], [1, nan, 3], [1, 0, 0]],
  ['equal', 'bool', [1, 0], [1, 1], [1, 0]],
  ['less', 'int8', [-1, 2, 2], [0, 2, 1], [1, 0, 0]],
  ['lessOrEqual', 'float32', [1, 2, nan], [2, 2, 1], [1, 1, 0]],
  ['greater', 'float32', [1, 3, nan], [2, 2, 1], [0, 1, 0]],
  ['greaterOrEqual', 'float32', [1, 2, nan], [2, 2, 1], [0, 1, 0]],
])('%s %s of %j and %j', (name, dtype, a, b, expected) => {
  expect(calc(ops[name], [of(a, dtype), of(b, dtype)])).toEqual(expected);
});

/** By numpy 2.4.6 and onnxruntime 1.30. */
test.each<readonly [fmod: boolean, dtype: DType, a: Nested, b: Nested, expected: Nested]>([
  [false, 'int64', [-7, 7, -7, 7], [3, -3, -3, 3], [2, -2, -1, 1]],
  [true, 'int64', [-7, 7, -7, 7], [3, -3, -3, 3], [-1, 1, -1, 1]],
  [false, 'float32', [-7, 7, -7.5], [3, -3, -2], [2, -2, -1.5]],
  [true, 'float32', [-7, 7, -7.5], [3, -3, -2], [-1, 1, -1.5]],
  [false, 'int32', [5], [0], [0]],
])('mod with fmod %j of %s %j by %j', (fmod, dtype, a, b, expected) => {
  expect(calc(ops.mod, [of(a, dtype), of(b, dtype)], { fmod })).toEqual(expected);
});

/** By numpy 2.4.6, mixed types by onnxruntime 1.30. */
test.each<readonly [a: Parameters<typeof of>, b: Parameters<typeof of>, expected: Nested]>([
  [[[2, 1, -1, 0, 4]], [[-1, nan, Infinity, 0, 0.5]], [0.5, 1, 1, 1, 2]],
  [[[2, 3, -2], 'int64'], [[0.5, 2, 3]], [1, 9, -8]],
])('pow of %j and %j', (a, b, expected) => {
  expect(calc(ops.pow, [of(...a), of(...b)])).toEqual(expected);
});

describe('shapes', () => {
  itInfers(ops.add, [
    [['float32[n, 1, w]', 'float32[3, 1]'], {}, ['float32[n, 3, w]']],
    [['float32[n]', 'float32[5]'], {}, ['float32[5]']],
    [['float32[n]', 'float32[m]'], {}, ['float32[max(n, m)]']],
    [['float32[0, 3]', 'float32[1, 3]'], {}, ['float32[0, 3]']],
    [['float32[]', 'float32[2]'], {}, ['float32[2]']],
  ]);
  itInfers(ops.less, [[['int8[2]', 'int8[]'], {}, ['bool[2]']]]);
  itInfers(ops.pow, [[['float16[2]', 'int32[]'], {}, ['float16[2]']]]);
});

describe('operands that do not fit', () => {
  itRejects(ops.add, [
    [
      ['float32[2, 3]', 'float32[4, 3]'],
      {},
      'PP2002] net/layer (add): the shapes [2, 3] and [4, 3] have the lengths 2 and 4 on one axis. Make the lengths equal, or one of them 1.',
    ],
    [
      ['float32[2]', 'int32[2]'],
      {},
      'PP2001] net/layer (add): the operands are float32, int32. Cast them to one type.',
    ],
    [['bool[2]', 'bool[2]'], {}, 'PP2001] net/layer (add): a is bool. Cast a to a type of numbers.'],
  ]);
  itRejects(ops.and, [[['bool[2]', 'int8[2]'], {}, 'PP2001] net/layer (and): b is int8. Cast b to bool.']]);
  itRejects(ops.shiftLeft, [
    [
      ['float32[2]', 'float32[2]'],
      {},
      'PP2001] net/layer (shiftLeft): a is float32. Cast a to an integer type.',
    ],
  ]);
});

describe('broadcasting', () => {
  /** Two shapes that broadcast: some lengths of a common shape are 1, some axes in front are left out. */
  const shapes = fc
    .array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
    .chain((shape) => fc.tuple(partOf(shape), partOf(shape)));
  const partOf = (shape: readonly number[]) =>
    fc
      .tuple(
        fc.nat(shape.length),
        fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
      )
      .map(([skip, ones]) => shape.map((length, axis) => (ones[axis] ? 1 : length)).slice(skip));

  test('commutes', () => {
    fc.assert(
      fc.property(shapes, ([a, b]) => {
        const [x, y] = [pattern(a), pattern(b, 1)];
        expect(calc(ops.add, [x, y])).toEqual(calc(ops.add, [y, x]));
      }),
    );
  });

  test('is the same after expanding both operands', () => {
    fc.assert(
      fc.property(shapes, ([a, b]) => {
        const shape = broadcastShape(a, b);
        const whole = [pattern(a), pattern(b, 1)].map((x) => apply(ops.expand, [x], { shape })[0]!);
        expect(calc(ops.sub, whole)).toEqual(calc(ops.sub, [pattern(a), pattern(b, 1)]));
      }),
    );
  });

  test('reads its own region, the one position of repeated axes', () => {
    expectReadsSuffice(ops.sub, [pattern([2, 1, 3]), pattern([4, 1], 1)], {});
  });
});
