import { tensor, toNumbers } from '@polyphase/ir';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compileGraph,
  constant,
  define,
  expectAsDefined,
  modes,
  Region,
  samples,
} from '../graphs.testing.ts';

const tails = ['none', 'relu', 'residual', 'channel', 'column'] as const;
type Pair = readonly [number, number];

interface Pooled {
  readonly op: 'maxPool' | 'averagePool';
  readonly lengths: readonly number[];
  readonly kernel: readonly number[];
  readonly stride?: readonly number[];
  readonly dilation?: readonly number[];
  readonly pads?: readonly Pair[];
  readonly ceil?: boolean;
  readonly countIncludePad?: boolean;
  readonly planes?: Pair;
  readonly tail?: (typeof tails)[number];
}

function layer({ op, lengths, planes = [1, 2], tail = 'none', countIncludePad, ...window }: Pooled) {
  const each = <T>(value: T) => lengths.map(() => value);
  const region = new Region();
  const shape = [...planes, ...lengths];
  const attributes = {
    ...{ stride: each(1), dilation: each(1), pads: each<Pair>([0, 0]), ceil: false },
    ...window,
    ...(op === 'averagePool' && { countIncludePad: countIncludePad ?? false }),
  };
  const y = region.op(op, [region.input(shape)], attributes);
  const own = y.type.shape as readonly number[];
  const tensors = [samples(shape)];
  if (tail === 'none') return { graph: region.graph(y), tensors };
  if (tail === 'relu') return { graph: region.graph(region.op('relu', [y])), tensors };
  const ones = own.slice(2).map(() => 1);
  const other = { residual: own, channel: [own[1]!, ...ones], column: own.slice(-1) }[tail];
  const sum = region.op('max', [
    region.op('add', [y, region.input(other)]),
    constant(samples([], 'float32', 9)),
  ]);
  return { graph: region.graph(sum), tensors: [...tensors, samples(other, 'float32', 3)] };
}

const kernelsOf = async (pooled: Pooled): Promise<readonly string[]> =>
  (await compileGraph(layer(pooled).graph)).report.steps.map(({ kernel }) => kernel);

const both = ['maxPool', 'averagePool'] as const;

test.each([
  ['windows apart', { lengths: [9, 13], kernel: [2, 2], stride: [2, 2] }],
  [
    'windows that overlap',
    {
      lengths: [9, 13],
      kernel: [3, 3],
      pads: [
        [1, 1],
        [1, 1],
      ],
    },
  ],
  [
    'windows that overlap by one',
    {
      lengths: [11, 14],
      kernel: [3, 3],
      stride: [2, 2],
      pads: [
        [1, 0],
        [1, 1],
      ],
    },
  ],
  [
    'gaps between taps',
    {
      lengths: [11, 14],
      kernel: [2, 3],
      dilation: [3, 2],
      pads: [
        [2, 2],
        [3, 0],
      ],
    },
  ],
  ['gaps between windows', { lengths: [11, 30], kernel: [2, 2], stride: [4, 5] }],
  ['a last window that runs off the end', { lengths: [8, 12], kernel: [3, 3], stride: [2, 2], ceil: true }],
  ['a row', { lengths: [17], kernel: [3], stride: [2], pads: [[1, 1]] }],
  ['many planes', { lengths: [4, 5], kernel: [2, 2], planes: [3, 7] }],
] as const satisfies readonly (readonly [string, Omit<Pooled, 'op'>])[])('%s', async (_, pooled) => {
  for (const op of both)
    for (const countIncludePad of [false, true])
      for (const relaxed of modes) {
        const { graph, tensors } = layer({ op, countIncludePad, ...pooled });
        await expectAsDefined(graph, tensors, relaxed);
        expect(await kernelsOf({ op, ...pooled })).toEqual([expect.stringMatching(/^pooling /)]);
      }
});

test('volumes and few columns are left to loops', async () => {
  for (const op of both) {
    const [volume, narrow] = await Promise.all([
      kernelsOf({ op, lengths: [4, 5, 6], kernel: [2, 2, 2] }),
      kernelsOf({ op, lengths: [8, 6], kernel: [2, 2], stride: [2, 2] }),
    ]);
    expect(new Set([...volume, ...narrow])).toEqual(new Set(['loop']));
  }
});

test('places of the greatest elements are computed beside them', async () => {
  const region = new Region();
  const x = region.input([1, 2, 6, 9]);
  const attributes = {
    kernel: [2, 2],
    stride: [2, 2],
    dilation: [1, 1],
    pads: [
      [0, 0],
      [0, 0],
    ],
  };
  const graph = region.graph(...region.all('maxPool', [x], attributes));
  await expectAsDefined(graph, [samples([1, 2, 6, 9])]);
});

test('NaN is the greatest, whatever its sign and place, and infinities stay', async () => {
  const data = toNumbers(samples([1, 1, 6, 9]));
  const odd = tensor(data, [1, 1, 6, 9], 'float32');
  const elements = odd.data as Float32Array;
  new Uint32Array(elements.buffer, elements.byteOffset)[12] = 0xffc00000;
  elements[33] = Number.NaN;
  elements[5] = Number.POSITIVE_INFINITY;
  elements[50] = Number.NEGATIVE_INFINITY;
  for (const op of both)
    for (const pads of [
      [0, 0],
      [1, 1],
    ] as const) {
      const { graph } = layer({ op, lengths: [6, 9], kernel: [2, 2], planes: [1, 1], pads: [pads, pads] });
      const [actual] = await (await compileGraph(graph)).run([odd]);
      const expected = define(graph, [odd]).get(graph.outputs[0]!.value)!.data;
      for (const [i, wanted] of expected.entries())
        if (!Number.isFinite(wanted) || op === 'maxPool') expect(toNumbers(actual!)[i]).toBe(wanted);
    }
});

test('any windows and tails', { timeout: 60_000 }, async () => {
  const pooled = fc.integer({ min: 1, max: 2 }).chain((rank) => {
    const each = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: rank, maxLength: rank });
    return fc.record({
      op: fc.constantFrom(...both),
      lengths: each(fc.integer({ min: 4, max: 40 })),
      kernel: each(fc.integer({ min: 1, max: 5 })),
      stride: each(fc.integer({ min: 1, max: 4 })),
      dilation: each(fc.integer({ min: 1, max: 3 })),
      pads: each(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 }))),
      ceil: fc.boolean(),
      countIncludePad: fc.boolean(),
      planes: fc.constantFrom<Pair>([1, 1], [2, 3], [1, 18]),
      tail: fc.constantFrom(...tails),
    });
  });
  let [all, own] = [0, 0];
  const property = fc.asyncProperty(pooled, fc.constantFrom(...modes), async (drawn, relaxed) => {
    const { graph, tensors } = legal(drawn);
    await expectAsDefined(graph, tensors, relaxed);
    all++;
    if ((await kernelsOf(drawn)).some((kernel) => kernel.startsWith('pooling'))) own++;
  });
  await fc.assert(property, { numRuns: 150, seed: 5 });
  expect(own).toBeGreaterThan(all / 2);
});

/** Attributes that leave nothing are no case. */
function legal(pooled: Pooled) {
  try {
    return layer(pooled);
  } catch (error) {
    return fc.pre(!String(error).includes('PP2')) as never;
  }
}
