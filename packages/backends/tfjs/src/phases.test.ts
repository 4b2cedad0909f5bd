import { describe, expect, test } from 'vitest';
import { phasedAxis, phasePads, phaseRuns } from './phases.ts';

/** Which input each output of one axis multiplies with which tap, as `output: tap*input`. */
function products(kernel: number, stride: number, dilation: number, begin: number, length: number): string[] {
  const axis = phasedAxis(kernel, stride, dilation, [begin, 0], length);
  const found: string[] = [];
  for (const [r, { taps, first, dilation: step }] of axis.phases.entries())
    for (let q = axis.from; q < axis.from + axis.count; q++) {
      const o = stride * q + r - begin;
      if (o < 0 || o >= length) continue;
      for (const [i, tap] of taps.entries()) found.push(`${o}: ${tap}*${q + first + i * step}`);
    }
  return found.sort();
}

/** The definition: input i through tap t reaches output stride * i + dilation * t - begin. */
function defined(kernel: number, stride: number, dilation: number, begin: number, length: number): string[] {
  const found: string[] = [];
  for (let i = -40; i < 40; i++)
    for (let t = 0; t < kernel; t++) {
      const o = stride * i + dilation * t - begin;
      if (o >= 0 && o < length) found.push(`${o}: ${t}*${i}`);
    }
  return found.sort();
}

describe('phases of a transposed convolution', () => {
  test.each([
    [4, 2, 1, 1, 10],
    [3, 2, 1, 0, 9],
    [2, 3, 1, 0, 11],
    [10, 8, 1, 1, 17],
    [3, 2, 3, 2, 8],
    [3, 4, 2, -3, 12],
    [5, 3, 2, 7, 6],
  ])('kernel %i, stride %i, dilation %i, crop %i, length %i multiply what the definition does', (...axis) => {
    expect(products(...axis)).toEqual(defined(...axis));
  });

  test('neighbours that read alike share a correlation', () => {
    const runs = (kernel: number, stride: number, join = true) =>
      phaseRuns(phasedAxis(kernel, stride, 1, [0, 0], 16), join).map((run) => run.length);
    expect(runs(4, 2)).toEqual([2]);
    expect(runs(3, 2)).toEqual([1, 1]);
    expect(runs(10, 8)).toEqual([2, 6]);
    expect(runs(10, 8, false)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  test('padding is negative where a phase begins behind the first input', () => {
    const axis = phasedAxis(2, 2, 1, [4, 0], 4);
    expect(phasePads(axis, axis.phases[0]!, 5)).toEqual([-2, -1]);
  });
});
