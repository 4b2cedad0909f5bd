import { sizeOf, type Tensor, toNumbers } from '@polyphase/ir';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGraph, constant, define, expectClose, Region } from '../graphs.testing.ts';
import { pins, variantOf } from './pins.ts';
import {
  type Case,
  type Convolution,
  convCase,
  dtypes,
  expectCloseInTiles,
  groups,
  legal,
  pads,
  settingsOf,
  tails,
  transposedCase,
  upTo,
} from './sweep.testing.ts';

/** Convolutions of one and two axes without gaps between taps. */
const convolutions = (mostStride: number): fc.Arbitrary<Convolution> =>
  upTo(2).chain((rank) => {
    const each = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: rank, maxLength: rank });
    return fc.record({
      lengths: each(upTo([70, 19][rank - 1]!)),
      kernel: each(upTo(4)),
      stride: each(upTo(mostStride)),
      dilation: fc.constant(Array.from({ length: rank }, () => 1)),
      pads: each(pads),
      groups,
      batch: fc.oneof({ weight: 3, arbitrary: upTo(2) }, { weight: 1, arbitrary: fc.constant(9) }),
      channels: fc.oneof({ weight: 31, arbitrary: upTo(6) }, { weight: 1, arbitrary: fc.constant(258) }),
      rows: fc.oneof(upTo(9), fc.integer({ min: 10, max: 40 })),
      bias: fc.boolean(),
      plain: fc.constant(false),
      tail: fc.constantFrom(...tails),
      dtype: dtypes,
    });
  });

const runs = { numRuns: 8, seed: 11 };

const tiledPins = pins.filter(variantOf);

test.for(tiledPins)('%s', { timeout: 60_000 }, async (pin) => {
  let tiled = 0;
  const property = (most: number, make: (c: Convolution) => Case) =>
    fc.asyncProperty(convolutions(most), settingsOf([pin]), async (drawn, setting) => {
      if (await expectCloseInTiles(legal(make, drawn), setting)) tiled++;
    });
  await fc.assert(property(1, convCase), runs);
  await fc.assert(property(4, transposedCase), runs);
  expect(tiled).toBeGreaterThan(0);
});

/** A layer of so many channels, and the definition's values. */
function manyChannels(op: 'conv' | 'convTranspose') {
  const [channels, rows] = [256, 4];
  const region = new Region();
  const x = region.input([1, channels, 11, 13]);
  const shape = op === 'conv' ? [rows, channels, 3, 3] : [channels, rows, 4, 4];
  const ones = [1, 1];
  const borders = [ones, ones];
  const attributes =
    op === 'conv'
      ? { stride: ones, dilation: ones, pads: borders, groups: 1 }
      : { stride: [2, 2], dilation: ones, crop: borders, groups: 1 };
  const graph = region.graph(region.op(op, [x, constant(noise(shape, 5))], attributes));
  const tensors = [noise([1, channels, 11, 13], 7)];
  return { graph, tensors, expected: define(graph, tensors).get(graph.outputs[0]!.value)!.data };
}

/** Numbers between -1 and 1 without a pattern. */
function noise(shape: readonly number[], seed: number): Tensor {
  let state = seed;
  const data = Float32Array.from({ length: sizeOf(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  return { dtype: 'float32', shape, data };
}

describe.each(['conv', 'convTranspose'] as const)('errors of %s over 256 channels', (op) => {
  const { graph, tensors, expected } = manyChannels(op);
  const largest = expected.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
  test.for(tiledPins)('%s: within 5e-6 of the largest output', async (family) => {
    const program = await compileGraph(graph, false, { family });
    const [actual] = await program.run(tensors);
    expectClose(toNumbers(actual!), expected, 5e-6 * largest, 0);
    program.dispose();
  });
});
