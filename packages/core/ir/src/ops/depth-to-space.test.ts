import { describe, expect, it } from 'vitest';
import { depthToSpace, spaceToDepth } from './depth-to-space.ts';
import { apply, elementsOf, expectReadsSuffice, itInfers, itRejects, pattern, ramp } from './ops.testing.ts';

/** x counts from 0; y is what onnxruntime 1.30.0 computes of it. */
const rows = [
  {
    title: 'DCR',
    x: [1, 8, 1, 2],
    blocksize: 2,
    mode: 'DCR',
    y: [0, 4, 1, 5, 8, 12, 9, 13, 2, 6, 3, 7, 10, 14, 11, 15],
  },
  {
    title: 'CRD',
    x: [1, 8, 1, 2],
    blocksize: 2,
    mode: 'CRD',
    y: [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15],
  },
  {
    title: 'blocks of 3',
    x: [2, 9, 1, 1],
    blocksize: 3,
    mode: 'DCR',
    y: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17],
  },
] as const;

describe('depthToSpace', () => {
  it.each(rows)('$title', ({ x, blocksize, mode, y }) => {
    expect(elementsOf(depthToSpace, [ramp(x)], { blocksize, mode })).toEqual(y);
    expectReadsSuffice(depthToSpace, [ramp(x)], { blocksize, mode });
  });
});

describe('spaceToDepth', () => {
  it("is onnxruntime's", () => {
    const y = elementsOf(spaceToDepth, [ramp([1, 2, 2, 4])], { blocksize: 2 });
    expect(y).toEqual([0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15]);
  });

  it('is undone by depthToSpace', () => {
    const x = pattern([2, 3, 6, 4], 1);
    const deep = apply(spaceToDepth, [x], { blocksize: 2 });
    expectReadsSuffice(spaceToDepth, [x], { blocksize: 2 });
    expect(apply(depthToSpace, deep, { blocksize: 2 })[0]).toEqual(x);
  });
});

describe('depthToSpace and spaceToDepth shapes', () => {
  itInfers(depthToSpace, [
    [['uint8[1, 12, 2, 3]'], { blocksize: 2 }, ['uint8[1, 3, 4, 6]']],
    [['float32[n, 4*c, h, w]'], { blocksize: 2 }, ['float32[n, c, 2*h, 2*w]']],
  ]);
  itInfers(spaceToDepth, [[['float32[n, 3, 2*h, 6]'], { blocksize: 2 }, ['float32[n, 12, h, 3]']]]);
});

describe('depthToSpace and spaceToDepth refuse', () => {
  const at = 'net/layer (depthToSpace)';
  itRejects(depthToSpace, [
    [[], { blocksize: 2 }, `PP2001] ${at}: the operand x of depthToSpace is missing. Give x.`],
    [
      ['float32[4, 2, 2]'],
      { blocksize: 2 },
      `PP2002] ${at}: x has rank 3 [4, 2, 2], rank 4 is needed. Reshape x.`,
    ],
    [
      ['float32[1, 6, 2, 2]'],
      { blocksize: 2 },
      `PP2002] ${at}: the number of channels of x is 6, a multiple of 4 is needed. Use another blocksize, or pad.`,
    ],
    [
      ['float32[1, 4, 2, 2]'],
      { blocksize: 0 },
      `PP2003] ${at}: blocksize is 0. Use an integer of at least 1.`,
    ],
    [
      ['float32[1, 4, 2, 2]'],
      { blocksize: 2, mode: 'RCD' as 'CRD' },
      `PP2003] ${at}: mode is 'RCD'. Use 'DCR' or 'CRD'.`,
    ],
  ]);
  itRejects(spaceToDepth, [
    [
      ['float32[1, 4, 3, 2]'],
      { blocksize: 2 },
      'PP2002] net/layer (spaceToDepth): the height of x is 3, a multiple of 2 is needed. Use another blocksize, or pad.',
    ],
  ]);
});
