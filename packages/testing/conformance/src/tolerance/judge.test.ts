import { type Op, ops } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { layerSample } from '../cases.ts';
import { elements, int64, typed } from '../data.ts';
import { Network } from '../network.ts';
import { scalar } from '../suites/layers.ts';
import { judge } from './judge.ts';

const u = 2 ** -24;
const top = Math.PI / 2;
const boundsOf = (op: unknown, row: object): readonly number[] => {
  const { graph, inputs } = layerSample(op as Op<'x', object>, row as { readonly x: number[] });
  return [...judge(graph, inputs).bounds.y!];
};

/** Each of them besides the least normal number for each rounding, which is far below. */
const rows: readonly (readonly [title: string, op: unknown, row: object, bounds: readonly number[]])[] = [
  ['a copy is exact', ops.transpose, { x: elements([1, 2], [1, 2]), perm: [1, 0] }, [0, 0]],
  [
    'a choice is exact',
    ops.maxPool,
    { x: elements([1, 2], [1, 1, 2]), kernel: [2], stride: [1], dilation: [1], pads: [[0, 0]] },
    [0],
  ],
  ['integers are exact', ops.add, { a: [2], b: [2], dtype: 'int32' }, [0, 0]],
  [
    '2 T u sum |x w|',
    ops.matMul,
    { a: elements([1, 2], [1, 2]), b: elements([3, -4], [2, 1]) },
    [2 * 2 * u * 11],
  ],
  [
    'the bias is a term',
    ops.conv,
    {
      x: elements([2], [1, 1, 1]),
      w: elements([3], [1, 1, 1]),
      bias: elements([-5]),
      stride: [1],
      dilation: [1],
      pads: [[0, 0]],
    },
    [2 * 2 * u * 11],
  ],
  ['a sum of two is rounded once', ops.add, { a: elements([3]), b: elements([-1]) }, [2 * u * 2]],
  ['a mean', ops.reduceMean, { x: elements([1, -3], [2]), axes: [0] }, [2 * 3 * u * 2]],
  [
    'float16',
    ops.mul,
    { a: elements([3]), b: elements([5]), dtype: 'float16' },
    [2 * 2 ** -11 * 15 + 2 ** -14],
  ],
  ['a quotient: 2.5 units', ops.div, { a: elements([8]), b: elements([2]) }, [5 * u * 4]],
  ['a root: 3 units', ops.sqrt, { x: elements([4]) }, [6 * u * 2]],
  [
    'a function beyond its domain',
    ops.asin,
    { x: elements([1]) },
    [8 * u * top + top - Math.asin(1 - 2 * u) + Math.abs(Math.fround(top) - top)],
  ],
  ['nothing around NaN and infinities', ops.exp, { x: elements([Number.NaN, 1e3]) }, [0, 0]],
  [
    'gathering moves errors, not indices',
    ops.gather,
    { x: elements([2 ** -130, 1]), indices: int64([0, 1]) },
    [2 ** -130, 0],
  ],
];

test.each(rows)('%s', (_, op, row, expected) => {
  for (const [i, bound] of boundsOf(op, row).entries()) expect(bound).toBeCloseTo(expected[i]!, 14);
});

describe('through several layers', () => {
  const bound = (build: (n: Network) => ReturnType<Network['input']>): number => {
    const network = new Network();
    const { graph, inputs } = network.sample('net', [build(network)]);
    return judge(graph, inputs).bounds.y![0]!;
  };
  const product = (n: Network) =>
    n.layer(ops.matMul, { a: n.input(elements([1, 2], [1, 2])), b: n.input(elements([3, -4], [2, 1])) });
  const ofProduct = 2 * 2 * u * 11;

  test('an error is scaled by what comes after', () => {
    const scaled = bound((n) => n.layer(ops.mul, { a: product(n), b: scalar(n, 10) }));
    expect(scaled).toBeCloseTo(10 * ofProduct + 2 * u * 50, 14);
  });

  test('what is added may have been the first term: 2 T u |b| more', () => {
    const shifted = bound((n) => n.layer(ops.add, { a: product(n), b: scalar(n, 1000) }));
    expect(shifted).toBeCloseTo(ofProduct + 2 * u * (995 + 2 * 1000), 12);
  });

  test('what comes after a function may not', () => {
    const shifted = bound((n) =>
      n.layer(ops.add, { a: n.layer(ops.abs, { x: product(n) }), b: scalar(n, 1000) }),
    );
    expect(shifted).toBeCloseTo(ofProduct + 2 * u * 1005, 12);
  });

  test('a step function of a number next to its step says nothing', () => {
    const stepped = bound((n) => n.layer(ops.floor, { x: product(n) }));
    expect(stepped).toBe(1);
  });

  test('the rounding of the expected output is in the bound', () => {
    const third = bound((n) =>
      n.layer(
        ops.cast,
        {
          x: n.layer(ops.div, {
            a: n.input(typed('float64', elements([1]))),
            b: n.input(typed('float64', elements([3]))),
          }),
        },
        { to: 'float32' },
      ),
    );
    expect(third).toBeCloseTo(2 * u * (1 / 3), 14);
  });
});
