import type { ConvTransposeAttributes, Node, Value } from '@polyphase/ir';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Region } from '../graphs.testing.ts';
import { phasesOf } from './phases.ts';
import { sameTaps } from './same-taps.ts';
import {
  type Case,
  caseOf,
  convolutions,
  expectExactUpToRounding,
  groups,
  legal,
  settingsOf,
  tails,
  transposedCase,
  upTo,
  weights,
  withTail,
} from './sweep.testing.ts';
import { phasesComputed } from './transposed.ts';

const runs = { numRuns: 60, seed: 11 };
const property = <T>(values: fc.Arbitrary<T>, make: (values: T) => Case) =>
  fc.asyncProperty(values, settingsOf(['transposed']), (drawn, setting) =>
    expectExactUpToRounding(legal(make, drawn), setting),
  );

/** Rows of one vector and more of each phase, phases that are interleaved four at a time. */
const wide = fc
  .record({ base: convolutions, stride: upTo(10), kernel: upTo(14), length: upTo(40), lines: upTo(4) })
  .map(({ base, stride, kernel, length, lines }) => ({
    ...base,
    lengths: [lines, length],
    kernel: [base.kernel[0]!, kernel],
    stride: [base.stride[0]!, stride],
    dilation: [1, base.dilation[0]!],
    pads: [base.pads[0]!, base.pads[0]!],
  }));

test('rows of many widths and strides', async () => {
  await fc.assert(property(wide, transposedCase), runs);
}, 60_000);

/** Weights whose elements along both axes of the kernel are those at `picks`: some of them are the same. */
function repeating(channels: number, rows: number, picks: readonly (readonly number[])[]): Value {
  const [ys, xs] = picks as [readonly number[], readonly number[]];
  const most = [Math.max(...ys) + 1, Math.max(...xs) + 1] as const;
  const source = weights([channels, rows, ...most], 'float32').constant!.data;
  const data = Float32Array.from({ length: channels * rows * ys.length * xs.length }, (_, i) => {
    const [block, y, x] = [
      Math.floor(i / (ys.length * xs.length)),
      Math.floor(i / xs.length) % ys.length,
      i % xs.length,
    ];
    return Number(source[(block * most[0] + ys[y]!) * most[1] + xs[x]!]);
  });
  const constant = { dtype: 'float32', shape: [channels, rows, ys.length, xs.length], data } as const;
  return { name: 'w', type: constant, constant };
}

const repetitions = fc.record({
  lengths: fc.tuple(upTo(5), upTo(20)),
  picks: fc.tuple(
    fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 10 }),
    fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 10 }),
  ),
  stride: fc.tuple(upTo(5), upTo(9)),
  crop: fc.tuple(fc.nat(2), fc.nat(2)),
  groups,
  channels: upTo(4),
  rows: upTo(5),
  bias: fc.boolean(),
  tail: fc.constantFrom(...tails),
});

function repeatedCase(c: typeof repetitions extends fc.Arbitrary<infer T> ? T : never): Case {
  const region = new Region();
  const x = region.input([1, c.channels * c.groups, ...c.lengths]);
  const attributes = { stride: c.stride, crop: c.crop.map((n) => [n, 0]), groups: c.groups };
  const w = repeating(c.channels * c.groups, c.rows, c.picks);
  const bias = c.bias ? weights([c.rows * c.groups], 'float32') : undefined;
  const y = region.op('convTranspose', [x, w, bias], { ...attributes, dilation: [1, 1] });
  return caseOf(region, withTail(region, y, c.tail));
}

test('phases with equal weights, which are computed once', async () => {
  await fc.assert(property(repetitions, repeatedCase), runs);
}, 60_000);

test('nearest by 8 folded into a convolution of 3 by 3: 9 of 64 phases are computed', () => {
  const folded = [0, 1, 2, 2, 2, 2, 2, 2, 3, 4];
  const region = new Region();
  const crop = [
    [1, 1],
    [1, 1],
  ];
  const attributes = { stride: [8, 8], dilation: [1, 1], crop, groups: 1 };
  const nodeOf = (taps: readonly number[]): Node<ConvTransposeAttributes> => {
    region.op('convTranspose', [region.input([1, 2, 4, 4]), repeating(2, 3, [taps, taps])], attributes);
    return region.last as Node<ConvTransposeAttributes>;
  };
  expect(phasesComputed(nodeOf(folded))).toBe(9);
  expect(phasesComputed(nodeOf(folded.map((_, i) => i)))).toBe(64);
});

test('each phase has its place among those that are computed', () => {
  const axis = { input: 4, output: 12, kernel: 3, stride: 3, dilation: 1, crop: 0 };
  const one = { input: 1, output: 1, kernel: 1, stride: 1, dilation: 1, crop: 0 };
  const kernel = [1, 1, 3] as const;
  const weightsOf = (taps: readonly number[]) => Float32Array.from([...taps, ...taps]);
  const placesOf = (taps: readonly number[]) => [
    ...phasesOf([one, one, axis], sameTaps(weightsOf(taps), kernel)).places,
  ];
  expect(placesOf([1, 2, 3])).toEqual([0, 1, 2]);
  expect(placesOf([1, 2, 1])).toEqual([0, 1, 0]);
  expect(placesOf([1, 1, 1])).toEqual([0, 0, 0]);
});
