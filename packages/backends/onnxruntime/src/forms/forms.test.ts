import {
  type Dense,
  evaluate,
  fromNumbers,
  make,
  type Node,
  ops,
  type Pair,
  sizeOf,
  type Tensor,
  toDense,
  type Value,
} from '@polyphase/ir';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { constantOf } from './constants.ts';
import { guardedDivision } from './divisions.ts';
import { inFasterForms } from './faster.ts';
import { type Form, reform } from './form.ts';
import { groupByGroup } from './groups.ts';
import { asMatrices } from './matrices.ts';
import { phaseByPhase, stackedPhases } from './phases.ts';
import { sliceAsGather } from './slices.ts';

/** Whole numbers, the same in every run, so that all sums are exact. */
function whole(shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): Tensor {
  const elements = Float64Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7 + 3) % 11) - 5);
  return fromNumbers(dtype, shape, elements);
}

const variable = (shape: readonly number[], dtype: Tensor['dtype'] = 'float32'): Value => ({
  name: 'x',
  type: { dtype, shape },
});

function run(nodes: readonly Node[], inputs: ReadonlyMap<Value, Tensor>): Dense {
  const values = new Map<Value, Dense>([...inputs].map(([value, tensor]) => [value, toDense(tensor)]));
  let last: readonly Dense[] = [];
  for (const node of nodes) {
    last = evaluate(
      node,
      node.inputs.map((value) => value && (values.get(value) ?? toDense(value.constant!))),
    );
    for (const [i, value] of node.outputs.entries()) values.set(value, last[i]!);
  }
  return last[0]!;
}

/** The form means what the layer means; gives the operations that it is made of. */
function expectSame(node: Node, form: Form, inputs: ReadonlyMap<Value, Tensor>): string {
  const reformed = reform(node, [form]);
  if (!reformed) return 'itself';
  const [expected, actual] = [run([node], inputs), run(reformed.nodes, inputs)];
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.data).toEqual(expected.data);
  expect(reformed.nodes.at(-1)!.outputs.map(({ type }) => type)).toEqual(
    node.outputs.map(({ type }) => type),
  );
  return reformed.nodes.map(({ op }) => op).join(' ');
}

interface Transposed {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly stride: readonly number[];
  readonly dilation?: readonly number[];
  readonly crop: readonly Pair[];
  readonly groups?: number;
  readonly bias?: boolean;
  readonly nan?: boolean;
}

function transposed({ x, w, stride, dilation, crop, groups = 1, bias = true, nan }: Transposed) {
  const [value, kernel] = [variable(x), constantOf(whole(w), 'w')];
  const shift = bias ? constantOf(whole([w[1]! * groups]), 'bias') : undefined;
  const attributes = { stride, dilation: dilation ?? stride.map(() => 1), crop, groups };
  const node = make(ops.convTranspose, { x: value, w: kernel, bias: shift }, attributes, { name: 'up' });
  const tensor = whole(x);
  if (nan) (tensor.data as Float32Array)[Math.floor(tensor.data.length / 2)] = Number.NaN;
  return { node, inputs: new Map([[value, tensor]]) };
}

const rows: Readonly<Record<string, Transposed>> = {
  'kernel 4, stride 2': {
    x: [1, 2, 3, 4],
    w: [2, 3, 4, 4],
    stride: [2, 2],
    crop: [
      [1, 1],
      [1, 1],
    ],
  },
  'phases of two lengths': {
    x: [2, 2, 3, 4],
    w: [2, 3, 3, 3],
    stride: [2, 2],
    crop: [
      [0, 1],
      [1, 0],
    ],
  },
  holes: {
    x: [1, 1, 3, 2],
    w: [1, 2, 2, 2],
    stride: [3, 3],
    crop: [
      [0, 0],
      [1, 0],
    ],
  },
  'groups to one channel each': { x: [1, 4, 3], w: [4, 1, 3], stride: [2], crop: [[1, 0]], groups: 2 },
  volumes: {
    x: [1, 2, 2, 3, 2],
    w: [2, 2, 3, 2, 2],
    stride: [2, 1, 2],
    crop: [
      [1, -1],
      [0, 0],
      [0, 1],
    ],
  },
  'dilation 2, stride 2': { x: [1, 1, 5], w: [1, 1, 3], stride: [2], dilation: [2], crop: [[0, 0]] },
  'dilation 3, stride 2': { x: [1, 2, 5], w: [2, 2, 4], stride: [2], dilation: [3], crop: [[2, -3]] },
  'zeros on both sides': {
    x: [1, 1, 3, 3],
    w: [1, 1, 2, 2],
    stride: [2, 2],
    crop: [
      [-3, -2],
      [-1, -5],
    ],
  },
  'NaN reaches what it reached': {
    x: [1, 2, 4, 4],
    w: [2, 2, 3, 3],
    stride: [2, 2],
    crop: [
      [1, 0],
      [0, 0],
    ],
    nan: true,
  },
};

describe('transposed convolutions', () => {
  test.each(Object.entries(rows))('phase by phase: %s', (_, row) => {
    const { node, inputs } = transposed(row);
    expect(expectSame(node, phaseByPhase, inputs)).toMatch(/conv/);
  });

  test('phase by phase: any attributes', () => {
    const axis = fc.record({
      length: fc.integer({ min: 1, max: 5 }),
      kernel: fc.integer({ min: 1, max: 5 }),
      stride: fc.integer({ min: 1, max: 4 }),
      dilation: fc.integer({ min: 1, max: 3 }),
      crop: fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })),
    });
    fc.assert(
      fc.property(
        fc.array(axis, { minLength: 1, maxLength: 2 }),
        fc.integer({ min: 1, max: 2 }),
        (axes, groups) => {
          const natural = axes.map(
            ({ length, kernel, stride, dilation }) => (length - 1) * stride + (kernel - 1) * dilation + 1,
          );
          fc.pre(axes.every(({ crop: [begin, end] }, a) => natural[a]! - begin - end > 0));
          const { node, inputs } = transposed({
            x: [1, 2 * groups, ...axes.map(({ length }) => length)],
            w: [2 * groups, 1, ...axes.map(({ kernel }) => kernel)],
            stride: axes.map(({ stride }) => stride),
            dilation: axes.map(({ dilation }) => dilation),
            crop: axes.map(({ crop }) => crop),
            groups,
          });
          expectSame(node, phaseByPhase, inputs);
        },
      ),
      { numRuns: 300 },
    );
  });

  const whole4: Transposed = {
    x: [1, 2, 3, 4],
    w: [2, 3, 4, 4],
    stride: [2, 2],
    crop: [
      [1, 1],
      [1, 1],
    ],
  };
  test.each<[string, Transposed, string]>([
    ['kernel 4, stride 2', whole4, 'conv depthToSpace slice'],
    [
      'a crop of whole strides needs no slice',
      {
        ...whole4,
        crop: [
          [2, 2],
          [2, 2],
        ],
      },
      'conv depthToSpace',
    ],
    ['in groups', { ...whole4, x: [2, 4, 3, 3], w: [4, 3, 4, 6], groups: 2 }, 'conv depthToSpace slice'],
    ['a NaN', { ...whole4, nan: true }, 'conv depthToSpace slice'],
    ['phases of two lengths', { ...whole4, w: [2, 3, 3, 3] }, 'itself'],
    ['without overlap', { ...whole4, w: [2, 3, 2, 2] }, 'itself'],
    [
      'zeros at the begin',
      {
        ...whole4,
        crop: [
          [-1, 1],
          [-2, -3],
        ],
      },
      'conv depthToSpace slice',
    ],
  ])('stacked: %s', (_, row, expected) => {
    const { node, inputs } = transposed(row);
    expect(expectSame(node, stackedPhases, inputs)).toBe(expected);
  });
});

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

const cubic = (axis: number, from: number, to: number) =>
  ({
    axis,
    from,
    to,
    map: 'half_pixel',
    filter: { kind: 'cubic', coefficient: -0.5 },
    antialias: false,
    border: 'clamp',
    profile: 'onnx',
  }) as const;

describe('resampling as matrix products', () => {
  test.each([
    ['two axes', [1, 3, 4, 5], [cubic(2, 4, 8), cubic(3, 5, 15)]],
    ['an axis in the middle', [2, 4, 3], [cubic(1, 4, 6)]],
  ] as const)('%s', (_, shape, axes) => {
    const x = variable(shape);
    const node = make(ops.upsample, { x }, { axes }, { name: 'up' });
    const reformed = reform(node, [asMatrices(() => 'Resize')])!;
    expect(reformed.finite).toEqual([x]);
    const inputs = new Map([[x, whole(shape)]]);
    const [expected, actual] = [run([node], inputs), run(reformed.nodes, inputs)];
    expect(actual.shape).toEqual(expected.shape);
    for (const [i, value] of actual.data.entries()) expect(value).toBeCloseTo(expected.data[i]!, 4);
  });

  test('only where it is faster', () => {
    const [x, long] = [variable([1, 1, 8, 8]), variable([1, 1, 300, 300])];
    const linear = (value: Value, from: number) =>
      make(
        ops.upsample,
        { x: value },
        {
          axes: [2, 3].map((axis) => ({
            ...cubic(axis, from, 2 * from),
            filter: { kind: 'linear' } as const,
          })),
        },
        { name: 'up' },
      );
    const form = asMatrices(() => 'Resize');
    expect(reform(linear(x, 8), [form])).toBeDefined();
    expect(reform(linear(long, 300), [form])).toBeUndefined();
  });
});

test('for a file only what holds for all values', () => {
  const x = variable([1, 2, 8, 8]);
  const wide = variable([1, 16, 16, 16]);
  const up = make(ops.upsample, { x }, { axes: [cubic(2, 8, 16), cubic(3, 8, 16)] }, { name: 'up' });
  const w = constantOf(whole([16, 16, 4, 4]), 'w');
  const attributes = {
    stride: [2, 2],
    dilation: [1, 1],
    crop: [
      [1, 1],
      [1, 1],
    ] as const,
    groups: 1,
  };
  const deconv = make(ops.convTranspose, { x: wide, w }, attributes, { name: 'deconv' });
  const outputs = [up, deconv].map(({ name, outputs }) => ({ name, value: outputs[0]! }));
  const graph = inFasterForms({ name: 'net', inputs: [x, wide], outputs, nodes: [up, deconv] });
  expect(graph.nodes.map(({ op }) => op)).toEqual(['upsample', 'conv', 'depthToSpace', 'slice']);
});
