import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../ops/arrays.testing.ts';
import { matrixOf } from './resample.testing.ts';
import {
  type AxisResampling,
  coordinateMaps,
  nearestRoundings,
  type ResampleFilter,
  resampleProfiles,
} from './spec.ts';
import { axisTable } from './table.ts';

const smooth: ResampleFilter[] = [
  { kind: 'linear' },
  { kind: 'cubic', coefficient: -0.5 },
  { kind: 'cubic', coefficient: -0.75 },
  { kind: 'lanczos', lobes: 3 },
  { kind: 'lanczos', lobes: 5 },
  { kind: 'mitchell' },
  { kind: 'gaussian' },
];
const byLengths: ResampleFilter[] = [{ kind: 'area' }, { kind: 'adaptive' }];
const nearest = nearestRoundings.map((rounding): ResampleFilter => ({ kind: 'nearest', rounding }));
const length = fc.integer({ min: 1, max: 60 });

/** Any resampling of one axis that `axisTable` takes; a scale, where given, fits the lengths. */
const resampling: fc.Arbitrary<AxisResampling> = fc
  .record({
    from: length,
    to: length,
    stray: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    map: fc.constantFrom(...coordinateMaps),
    roi: fc.tuple(fc.double({ min: -1, max: 2, noNaN: true }), fc.double({ min: -1, max: 2, noNaN: true })),
    filter: fc.constantFrom(...smooth, ...byLengths, ...nearest),
    antialias: fc.boolean(),
    border: fc.constantFrom('clamp', 'renormalise'),
    profile: fc.constantFrom(...resampleProfiles),
  })
  .map(
    ({ stray, roi, ...spec }): AxisResampling => ({
      axis: 0,
      ...spec,
      ...(stray !== undefined &&
        !byLengths.includes(spec.filter) && { scale: (spec.to + stray) / spec.from }),
      ...(spec.map === 'tf_crop_and_resize' && { roi }),
    }),
  );

const sumOf = (row: readonly number[]): number => row.reduce((sum, weight) => sum + weight, 0);
const sizeOf = (row: readonly number[]): number => row.reduce((sum, weight) => sum + Math.abs(weight), 0);

describe('laws of every table', () => {
  it('is made once and has its taps inside the axis', () => {
    fc.assert(
      fc.property(resampling, (spec) => {
        const table = axisTable(spec);
        expect(axisTable(spec)).toBe(table);
        const { taps, first, weights } = table;
        expect(first).toHaveLength(spec.to as number);
        expect(weights).toHaveLength((spec.to as number) * taps);
        for (const begin of first) expect(begin >= 0 && begin + taps <= (spec.from as number)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('sums to 1, so constants stay constant', () => {
    fc.assert(
      fc.property(resampling, (spec) => {
        for (const row of matrixOf(spec))
          if (row)
            expect(Math.abs(sumOf(row) - 1)).toBeLessThanOrEqual((row.length + 2) * 2 ** -53 * sizeOf(row));
      }),
      { numRuns: 500 },
    );
  });

  it('is the identity at equal lengths', () => {
    const interpolating = [...smooth.slice(0, 5), ...byLengths, ...nearest];
    const maps = coordinateMaps.filter((map) => map !== 'tf_half_pixel_for_nn');
    fc.assert(
      fc.property(
        resampling,
        length,
        fc.constantFrom(...interpolating),
        fc.constantFrom(...maps),
        (any, n, filter, map) => {
          const { scale: _, roi: __, ...rest } = any;
          fc.pre(map !== 'pytorch_half_pixel' || n > 1);
          const spec = {
            ...rest,
            from: n,
            to: n,
            filter,
            map,
            ...(map === 'tf_crop_and_resize' && { roi: [0, 1] as const }),
          };
          const errors = matrixOf(spec).flatMap((row, o) =>
            row!.map((weight, i) => Math.abs(weight - (i === o ? 1 : 0))),
          );
          expect(Math.max(...errors)).toBeLessThan(1e-12);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('repeats bit by bit, shifted, where the scale is a ratio of small integers', () => {
    const phases = { p: fc.integer({ min: 1, max: 6 }), q: fc.integer({ min: 1, max: 6 }) };
    fc.assert(
      fc.property(
        fc.constantFrom(...smooth),
        fc.record(phases),
        fc.boolean(),
        (filter, { p, q }, antialias) => {
          const spec = {
            axis: 0,
            from: 40 * q,
            to: 40 * p,
            map: 'half_pixel',
            filter,
            antialias,
            border: 'clamp',
            profile: 'onnx',
          } as const;
          const { taps, first, weights } = axisTable(spec);
          for (let o = 16 * p; o < 20 * p; o++) {
            expect(first[o + p]! - first[o]!).toBe(q);
            expect(weights.slice((o + p) * taps, (o + p + 1) * taps)).toEqual(
              weights.slice(o * taps, (o + 1) * taps),
            );
          }
        },
      ),
    );
  });
});

const linear: AxisResampling = {
  axis: 2,
  from: 4,
  to: 8,
  map: 'half_pixel',
  filter: { kind: 'linear' },
  antialias: false,
  border: 'clamp',
  profile: 'onnx',
};

it('takes exact coordinates for WebNN: ties go to the floor', () => {
  const filter = { kind: 'nearest', rounding: 'round_prefer_floor' } as const;
  const { first } = axisTable({ ...linear, from: 9, to: 3, filter, profile: 'webnn' });
  expect([...first]).toEqual([1, 4, 7]);
  expect([...axisTable({ ...linear, from: 4, to: 2, filter, profile: 'webnn' }).first]).toEqual([0, 2]);
});

it('has an empty table for an empty axis', () => {
  expect(axisTable({ ...linear, from: 0, to: 0 })).toEqual({
    taps: 0,
    first: new Int32Array(0),
    weights: new Float64Array(0),
  });
});

it('clamps a coordinate whose taps all drop out to the nearest edge', () => {
  const far = axisTable({ ...linear, from: 2, to: 2, scale: 0.01, map: 'asymmetric', border: 'renormalise' });
  expect([...far.weights.subarray(far.taps)]).toEqual(far.taps === 1 ? [1] : [0, 1]);
});

it('makes long tables', () => {
  for (const filter of [...smooth, ...byLengths, ...nearest]) {
    const { first } = axisTable({ ...linear, from: 100_000, to: 66_667, filter, antialias: true });
    expect(first.at(-1)! - first[0]!).toBeGreaterThan(99_900);
  }
});

it.each<readonly [change: Partial<AxisResampling>, message: string]>([
  [{ from: 'h' }, 'PP2005 axis 2 is resampled from h to 8. Give the sizes of the inputs.'],
  [
    { to: 1e12 },
    'PP2003 axis 2 is resampled from 4 to 1000000000000. Use integer lengths from 0 to 16777216.',
  ],
  [{ to: 2.5 }, 'PP2003 axis 2 is resampled from 4 to 2.5. Use integer lengths from 0 to 16777216.'],
  [{ to: 0 }, 'PP2004 axis 2 is resampled from 4 elements to none. Use a larger scale or size.'],
  [{ from: 0 }, 'PP2002 axis 2 is resampled from 0 elements to 8. An empty axis can only stay empty.'],
  [{ scale: 0 }, 'PP2003 axis 2: the scale is 0. Give a finite scale of at least 1 / 16777216.'],
  [{ scale: Number.NaN }, 'PP2003 axis 2: the scale is NaN. Give a finite scale of at least 1 / 16777216.'],
  [
    { to: 4000, scale: 1e-6, antialias: true },
    'PP2003 axis 2 is resampled from 4 to 4000 at scale 0.000001, 2000001 taps an element. Use a scale that fits the lengths, or shorter ones.',
  ],
  [
    { from: 16_000_000, to: 16_000_000, filter: { kind: 'lanczos', lobes: 5 } },
    'PP2003 axis 2 is resampled from 16000000 to 16000000, 11 taps an element. Use a scale that fits the lengths, or shorter ones.',
  ],
  [
    { filter: { kind: 'cubic', coefficient: 1e9 } },
    'PP2003 axis 2: roi and cubic coefficient are 0, 1, 1000000000. Give numbers from -16777216 to 16777216.',
  ],
  [
    { roi: [0, 1] },
    'PP2003 axis 2: the map is half_pixel and roi is 0 to 1. Give roi with tf_crop_and_resize and only there.',
  ],
  [
    { map: 'tf_crop_and_resize' },
    'PP2003 axis 2: the map is tf_crop_and_resize and roi is missing. Give roi with tf_crop_and_resize and only there.',
  ],
  [
    { filter: { kind: 'area' }, scale: 2 },
    'PP2003 axis 2: area resampling has a scale of 2. Give the lengths only.',
  ],
])('refuses %j', (change, message) => {
  expect(failure(() => axisTable({ ...linear, ...change }))).toBe(message);
});
