import { type AxisResampling, type DType, fromNumbers, sizeOf, type Tensor } from '@polyphase/ir';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileGraph, expectAsDefined, modes, Region, samples } from '../graphs.testing.ts';

const tails = ['none', 'relu', 'residual', 'channel', 'column'] as const;

interface Copied {
  readonly shape: readonly number[];
  /** The lengths of the output. */
  readonly to: readonly number[];
  readonly dtype?: DType;
  readonly rounding?: (AxisResampling['filter'] & { kind: 'nearest' })['rounding'];
  readonly map?: 'half_pixel' | 'asymmetric';
  readonly tail?: (typeof tails)[number];
}

const axesOf = ({ shape, to, rounding = 'floor', map = 'asymmetric' }: Copied): readonly AxisResampling[] =>
  shape.flatMap((from, axis): readonly AxisResampling[] => {
    const filter = { kind: 'nearest', rounding } as const;
    const how = { map, filter, antialias: false, border: 'clamp', profile: 'onnx' } as const;
    return from === to[axis] ? [] : [{ axis, from, to: to[axis]!, ...how }];
  });

function layer(copied: Copied) {
  const { shape, to, dtype = 'float32', tail = 'none' } = copied;
  const region = new Region();
  const x = numbered(shape, dtype);
  const y = region.op('upsample', [region.input(shape, dtype)], { axes: axesOf(copied) });
  if (tail === 'none') return { graph: region.graph(y), tensors: [x] };
  if (tail === 'relu') return { graph: region.graph(region.op('relu', [y])), tensors: [x] };
  const other = { residual: to, channel: to.map((n, axis) => (axis === 1 ? n : 1)), column: to.slice(-1) }[
    tail
  ];
  const sum = region.op('add', [y, region.input(other, dtype)]);
  return { graph: region.graph(sum), tensors: [x, samples(other, dtype, 3)] };
}

/** Neighbours differ, and so do rows. */
const numbered = (shape: readonly number[], dtype: DType): Tensor =>
  fromNumbers(
    dtype,
    shape,
    Float64Array.from({ length: sizeOf(shape) }, (_, i) =>
      dtype === 'bool' ? (i * 7 + (i >> 3)) % 2 : (i * 37) % 101,
    ),
  );

const kernelsOf = async (copied: Copied): Promise<readonly string[]> =>
  (await compileGraph(layer(copied).graph)).report.steps.map(({ kernel }) => kernel);

test.each([
  ['twice as large', 'replication 2', { shape: [1, 3, 9, 11], to: [1, 3, 18, 22] }],
  ['three times as wide', 'replication 3', { shape: [2, 9, 13], to: [2, 9, 39] }],
  ['rows alone', 'replication 1', { shape: [1, 3, 5, 7], to: [1, 3, 15, 7] }],
  ['channels last', 'replication 1', { shape: [1, 3, 5, 7], to: [1, 6, 10, 7] }],
  ['three floats in a pixel', 'replication by table', { shape: [1, 3, 5, 3], to: [1, 6, 10, 3] }],
  ['volumes', 'replication 2', { shape: [1, 2, 3, 4, 5], to: [1, 2, 6, 8, 10] }],
  ['no whole scale', 'replication by table', { shape: [1, 2, 5, 8], to: [1, 2, 7, 13] }],
  ['few inputs', 'replication by table', { shape: [1, 2, 5, 3], to: [1, 2, 10, 6] }],
  ['fewer rows', 'replication 1', { shape: [1, 2, 9, 8], to: [1, 2, 4, 8] }],
  ['the batch', 'replication 1', { shape: [2, 3, 4], to: [5, 3, 4] }],
] as const satisfies readonly (readonly [string, string, Copied])[])('%s', async (_, kernel, copied) => {
  for (const dtype of ['float32', 'float64', 'uint8', 'float16', 'int64', 'bool'] as const)
    for (const relaxed of modes) {
      const { graph, tensors } = layer({ ...copied, dtype });
      await expectAsDefined(graph, tensors, relaxed);
    }
  expect(await kernelsOf(copied)).toEqual([kernel]);
});

test('what follows is computed in registers', async () => {
  for (const tail of tails) {
    const copied = { shape: [1, 3, 9, 11], to: [1, 3, 18, 22], tail };
    expect(await kernelsOf(copied)).toEqual(['replication 2']);
    const { graph, tensors } = layer(copied);
    for (const relaxed of modes) await expectAsDefined(graph, tensors, relaxed);
  }
});

test('of another type, in a loop', async () => {
  const copied = { shape: [1, 3, 9, 11], to: [1, 3, 18, 22], tail: 'residual', dtype: 'int64' } as const;
  expect(await kernelsOf(copied)).toEqual(['replication 2', 'loop']);
  const { graph, tensors } = layer(copied);
  await expectAsDefined(graph, tensors);
});

test('rows of less than a vector, and elements further apart, are left to loops', async () => {
  expect(await kernelsOf({ shape: [4, 1], to: [4, 3] })).toEqual(['loop']);
  expect(await kernelsOf({ shape: [4, 40], to: [4, 8] })).toEqual(['loop']);
});

test('any lengths, types and tails', { timeout: 60_000 }, async () => {
  const copied: fc.Arbitrary<Copied> = fc.integer({ min: 1, max: 4 }).chain((rank) => {
    const lengths = fc.array(fc.integer({ min: 1, max: [200, 40, 12, 9][rank - 1]! }), {
      minLength: rank,
      maxLength: rank,
    });
    return fc.record({
      shape: lengths,
      to: lengths,
      dtype: fc.constantFrom('float32', 'float32', 'float64', 'int32', 'uint8', 'float16', 'int16', 'bool'),
      rounding: fc.constantFrom('floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'),
      map: fc.constantFrom('half_pixel', 'asymmetric'),
      tail: fc.constantFrom(...tails),
    });
  });
  const property = fc.asyncProperty(copied, fc.constantFrom(...modes), async (drawn, relaxed) => {
    fc.pre(axesOf(drawn).length > 0 && !(drawn.dtype === 'bool' && drawn.tail !== 'none'));
    const { graph, tensors } = layer(
      drawn.shape.length < 2 && drawn.tail === 'channel' ? { ...drawn, tail: 'column' } : drawn,
    );
    await expectAsDefined(graph, tensors, relaxed);
  });
  await fc.assert(property, { numRuns: 200, seed: 3 });
});
