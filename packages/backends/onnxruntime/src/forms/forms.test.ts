import { fromNumbers, type LpPoolAttributes, make, ops } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { constantOf } from './constants.ts';
import { guardedDivision } from './divisions.ts';
import { reform } from './form.ts';
import { expectSame, variable, whole } from './forms.testing.ts';
import { groupByGroup } from './groups.ts';
import { poolAsConv } from './pools.ts';
import { sliceAsGather } from './slices.ts';
import { spaceAsTranspose } from './spaces.ts';

test('a convolution in groups, group by group', () => {
  const x = variable([1, 4, 2, 3, 3]);
  const node = make(
    ops.conv,
    { x, w: constantOf(whole([6, 2, 2, 2, 2]), 'w'), bias: constantOf(whole([6]), 'bias') },
    {
      stride: [1, 1, 1],
      dilation: [1, 1, 1],
      pads: [
        [0, 1],
        [1, 0],
        [0, 0],
      ],
      groups: 2,
    },
    { name: 'conv' },
  );
  expect(expectSame(node, groupByGroup, new Map([[x, whole([1, 4, 2, 3, 3])]]))).toBe(
    'slice conv slice conv concat',
  );
});

test('a slice that steps backwards', () => {
  const x = variable([2, 7]);
  const node = make(ops.slice, { x }, { start: [0, 5], step: [1, -2], length: [2, 3] }, { name: 'slice' });
  expect(expectSame(node, sliceAsGather, new Map([[x, whole([2, 7])]]))).toBe('gather');
});

describe('divisions of integers', () => {
  const [a, b] = [variable([5], 'int32'), variable([5], 'int32')];
  const inputs = new Map([
    [a, fromNumbers('int32', [5], Float64Array.of(7, -7, 7, -(2 ** 31), 0))],
    [b, fromNumbers('int32', [5], Float64Array.of(0, 2, -1, -1, 0))],
  ]);
  test.each(['div', 'mod'] as const)('%s', (op) => {
    const node = make(ops[op], { a, b }, {}, { name: op });
    expect(expectSame(node, guardedDivision, inputs)).toMatch(/equal .*where/);
  });

  test('a divisor that is known to be harmless stays', () => {
    const node = make(
      ops.div,
      { a, b: constantOf(fromNumbers('int32', [], Float64Array.of(3)), 'b') },
      {},
      { name: 'div' },
    );
    expect(reform(node, [guardedDivision])).toBeUndefined();
  });
});

describe('norms of windows', () => {
  const none = [0, 0] as const;
  test.each<[string, readonly number[], Partial<LpPoolAttributes>, string]>([
    ['p 1', [1, 2, 4, 6], { p: 1 }, 'abs reshape conv reshape'],
    ['p 2, what is left over', [2, 1, 5, 4], { stride: [2, 2] }, 'abs mul reshape conv reshape sqrt'],
    [
      'padding, dilation and ceil',
      [1, 2, 7, 6],
      { stride: [2, 2], dilation: [2, 2], pads: [[1, 0], none], ceil: true },
      'abs mul reshape conv reshape sqrt',
    ],
    ['p 8', [1, 1, 3, 3], { p: 8 }, 'abs pow reshape conv reshape pow'],
  ])('%s', (_, shape, more, parts) => {
    const x = variable(shape);
    const attributes = {
      kernel: [2, 2],
      stride: [1, 1],
      dilation: [1, 1],
      pads: [none, none],
      ceil: false,
      p: 2,
    };
    const node = make(ops.lpPool, { x }, { ...attributes, ...more }, { name: 'pool' });
    expect(expectSame(node, poolAsConv, new Map([[x, whole(shape)]]))).toBe(parts);
  });
});

test('blocks to channels', () => {
  const x = variable([2, 3, 4, 6]);
  const node = make(ops.spaceToDepth, { x }, { blocksize: 2 }, { name: 'fold' });
  expect(expectSame(node, spaceAsTranspose, new Map([[x, whole([2, 3, 4, 6])]]))).toBe(
    'reshape transpose reshape',
  );
});
