import fc from 'fast-check';
import { expect, test } from 'vitest';
import { phasedAxis } from '../contractions/depthwise-transposed.ts';
import { compileGraph } from '../graphs.testing.ts';
import {
  type Convolution,
  convolutions,
  expectExactUpToRounding,
  legal,
  settingsOf,
  transposedCase,
} from './sweep.testing.ts';

const channelByChannel = convolutions
  .filter(({ kernel }) => kernel.length < 3)
  .map((c): Convolution => {
    const stride = c.stride.with(-1, 1 + c.stride.at(-1)!);
    const axis = stride.length - 1;
    const [n, k, s, d] = [c.lengths[axis]! + 8, c.kernel[axis]!, stride[axis]!, c.dilation[axis]!];
    const [begin, end] = c.pads[axis]!;
    const over = (s * (n - 1) + d * (k - 1) + 1 - begin - end) % s;
    const pads = c.pads.with(axis, [begin, end + over]);
    return { ...c, stride, pads, lengths: c.lengths.with(axis, n), channels: 1, rows: 1, plain: false };
  });

test('channel by channel, whatever the attributes', { timeout: 60_000 }, async () => {
  let [all, own] = [0, 0];
  const property = fc.asyncProperty(channelByChannel, settingsOf(['direct']), async (drawn, setting) => {
    const example = legal(transposedCase, drawn);
    await expectExactUpToRounding(example, setting);
    const { report } = await compileGraph(example.graph, setting.relaxed);
    all++;
    if (report.steps.some(({ kernel }) => kernel.startsWith('depthwise transposed'))) own++;
  });
  await fc.assert(property, { numRuns: 150, seed: 11 });
  expect(own).toBeGreaterThan(all / 2);
});

test('kernel 4, stride 2, one element cropped: each phase reads its input and one neighbour', () => {
  const lengths = { input: 8, output: 16, kernel: 4 };
  expect(phasedAxis(lengths, { stride: 2, dilation: 1, crop: 1 }).phases).toEqual([
    [
      { tap: 1, distance: 0 },
      { tap: 3, distance: -1 },
    ],
    [
      { tap: 0, distance: 1 },
      { tap: 2, distance: 0 },
    ],
  ]);
});
