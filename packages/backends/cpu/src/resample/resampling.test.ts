import { type ResampledAxes, type Tensor, tensor, toNumbers, torchInterpolate } from '@polyphase/ir';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileGraph, define, expectAsDefined, modes, Region, samples } from '../graphs.testing.ts';

interface Sampled {
  readonly planes: number;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly mode: 'bilinear' | 'bicubic';
  readonly alignCorners: boolean;
  readonly tail: 'none' | 'relu' | 'residual' | 'channel';
}

const axesOf = ({ planes, from, to, mode, alignCorners }: Omit<Sampled, 'tail'>): ResampledAxes =>
  torchInterpolate({ inputShape: [1, planes, ...from], size: to, mode, alignCorners });

/** The resampling, perhaps with what follows it, and its inputs. */
function layer(sampled: Sampled, x: Tensor = samples([1, sampled.planes, ...sampled.from])) {
  const region = new Region();
  const value = region.input(x.shape);
  const y = region.op('upsample', [value], axesOf(sampled));
  if (sampled.tail === 'none') return { graph: region.graph(y), tensors: [x] };
  if (sampled.tail === 'relu') return { graph: region.graph(region.op('relu', [y])), tensors: [x] };
  const other = sampled.tail === 'residual' ? [1, sampled.planes, ...sampled.to] : [sampled.planes, 1, 1];
  const sum = region.op('add', [y, region.input(other)]);
  return { graph: region.graph(region.op('relu', [sum])), tensors: [x, samples(other, 'float32', 3)] };
}

const kernelsOf = async (sampled: Sampled): Promise<readonly string[]> =>
  (await compileGraph(layer(sampled).graph)).report.steps.map(({ kernel }) => kernel);

const plain = { mode: 'bilinear', alignCorners: false, tail: 'none' } as const;

test.each([
  [
    'twice as large, by phases',
    'phased resampling 2x2',
    { ...plain, planes: 2, from: [9, 11], to: [18, 22] },
  ],
  ['three times', 'phased resampling 2x2', { ...plain, planes: 2, from: [9, 11], to: [20, 33] }],
  ['too few inputs for phases', 'resampling 2x2', { ...plain, planes: 2, from: [9, 7], to: [18, 14] }],
  [
    'four times, aligned corners: by tables',
    'resampling 2x2',
    { ...plain, planes: 2, from: [9, 11], to: [36, 44], alignCorners: true },
  ],
  [
    'cubic, four times',
    'phased resampling 4x4',
    { ...plain, planes: 1, from: [7, 19], to: [28, 76], mode: 'bicubic' },
  ],
  ['one plane, in strips', 'phased resampling 2x2', { ...plain, planes: 1, from: [50, 9], to: [101, 18] }],
  ['smaller', 'resampling 2x2', { ...plain, planes: 3, from: [20, 21], to: [13, 9] }],
  ['four columns', 'resampling 2x2', { ...plain, planes: 2, from: [3, 2], to: [5, 4] }],
  [
    'with a residual added in registers',
    'phased resampling 2x2',
    { ...plain, planes: 2, from: [8, 8], to: [16, 16], tail: 'residual' },
  ],
] as const satisfies readonly (readonly [string, string, Sampled])[])('%s', async (_, kernel, sampled) => {
  for (const relaxed of modes) {
    const { graph, tensors } = layer(sampled);
    await expectAsDefined(graph, tensors, relaxed);
  }
  expect(await kernelsOf(sampled)).toEqual([kernel]);
});

test('what is resampled along one axis, or has few columns, is left to loops', async () => {
  for (const to of [
    [6, 16],
    [12, 3],
  ] as const)
    expect(new Set(await kernelsOf({ ...plain, planes: 2, from: [6, 8], to }))).toEqual(new Set(['loop']));
});

test('any lengths and tails', { timeout: 60_000 }, async () => {
  const length = fc.integer({ min: 1, max: 40 });
  const sampled: fc.Arbitrary<Sampled> = fc.record({
    planes: fc.integer({ min: 1, max: 3 }),
    from: fc.tuple(length, length),
    to: fc.tuple(length, fc.integer({ min: 4, max: 70 })),
    mode: fc.constantFrom('bilinear', 'bicubic'),
    alignCorners: fc.boolean(),
    tail: fc.constantFrom('none', 'relu', 'residual', 'channel'),
  });
  const property = fc.asyncProperty(sampled, fc.constantFrom(...modes), async (drawn, relaxed) => {
    const { graph, tensors } = layer(drawn);
    await expectAsDefined(graph, tensors, relaxed);
  });
  await fc.assert(property, { numRuns: 120, seed: 5 });
});

test('NaN and infinity reach the outputs that read them, no others', async () => {
  const data = toNumbers(samples([1, 1, 6, 9]));
  data.set([Number.NaN], 0);
  data.set([Number.POSITIVE_INFINITY], 33);
  for (const mode of ['bilinear', 'bicubic'] as const)
    for (const to of [
      [12, 18],
      [13, 21],
    ] as const) {
      const { graph, tensors } = layer(
        { ...plain, planes: 1, from: [6, 9], to, mode },
        tensor(data, [1, 1, 6, 9], 'float32'),
      );
      const program = await compileGraph(graph);
      const [actual] = await program.run(tensors);
      const expected = define(graph, tensors).get(graph.outputs[0]!.value)!.data;
      expect([...toNumbers(actual!)].map(Number.isFinite)).toEqual([...expected].map(Number.isFinite));
    }
});
