import { describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import type { Node } from './graph.ts';
import { makeNode } from './op.ts';
import { dense, typeOf } from './ops/ops.testing.ts';
import { reduceMean } from './ops/reduce.ts';

const meanOf = (type: string): Node =>
  makeNode(reduceMean, [{ name: 'x', type: typeOf(type) }], { axes: [0] }, { name: 'net/mean' });

describe('evaluate', () => {
  it('keeps floats in float64', () => {
    const [y] = evaluate(meanOf('float32[3]'), [dense([3], [1, 0, 0])]);
    expect({ ...y, data: [...y!.data] }).toEqual({ dtype: 'float32', shape: [1], data: [1 / 3] });
  });

  it('rounds integers to their type', () => {
    const [y] = evaluate(meanOf('int8[2]'), [dense([2], [-4, -3], 'int8')]);
    expect({ ...y, data: [...y!.data] }).toEqual({ dtype: 'int8', shape: [1], data: [-3] });
  });

  it.each([
    [
      'another dtype',
      'float32[2]',
      dense([2], [1, 2], 'int32'),
      'PP2001] net/mean (reduceMean): operand 0 is int32, x is float32. Cast it to float32.',
    ],
    [
      'another shape',
      'float32[2]',
      dense([3], [1, 2, 3]),
      'PP2002] net/mean (reduceMean): operand 0 is float32[3], x is float32[2]. Make the node anew for these sizes.',
    ],
    [
      'another rank',
      'float32[n]',
      dense([1, 1], [1]),
      'PP2002] net/mean (reduceMean): operand 0 is float32[1, 1], x is float32[n]. Make the node anew for these sizes.',
    ],
    [
      'nothing',
      'float32[2]',
      undefined,
      'PP2001] net/mean (reduceMean): operand 0 is missing, the node has x. Give the operands that the node has.',
    ],
  ])('refuses %s', (_, type, given, message) => {
    expect(() => evaluate(meanOf(type), [given])).toThrow(`[polyphase ${message}`);
  });

  it('refuses a node whose sizes are open', () => {
    const node = makeNode(
      reduceMean,
      [{ name: 'x', type: typeOf('float32[2, n]') }],
      { axes: [0] },
      { name: 'net/mean' },
    );
    expect(() => evaluate(node, [dense([2, 1], [1, 2])])).toThrowErrorMatchingInlineSnapshot(
      `[PolyphaseError: [polyphase PP2005] net/mean (reduceMean): a size is still open in [1, n]. Give the sizes of the inputs.]`,
    );
  });

  it('refuses an operation that does not exist', () => {
    const node = { ...meanOf('float32[2]'), op: 'toString' };
    expect(() => evaluate(node, [dense([2], [1, 2])])).toThrow(
      "[polyphase PP2006] net/mean (toString): the layer IR has no operation 'toString'. Use one of conv, convTranspose,",
    );
  });
});
