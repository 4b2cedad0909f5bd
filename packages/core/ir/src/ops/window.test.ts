import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dim } from '../dim.ts';
import { kernelSpan } from './conv-transpose.ts';
import type { Pair } from './shared.ts';
import {
  type AutoPad,
  kerasPads,
  padsFromAutoPad,
  samePads,
  windowCells,
  windowCount,
  windowReads,
} from './window.ts';

/** [n, kernel, stride, auto_pad, pads]: the padding under which onnxruntime 1.30.0 computes the same Conv. */
const autoPads: readonly (readonly [Dim, number, number, AutoPad, Pair])[] = [
  [5, 3, 2, 'SAME_UPPER', [1, 1]],
  [6, 3, 2, 'SAME_UPPER', [0, 1]],
  [6, 3, 2, 'SAME_LOWER', [1, 0]],
  [6, 4, 3, 'SAME_UPPER', [0, 1]],
  [6, 4, 3, 'SAME_LOWER', [1, 0]],
  [5, 2, 3, 'SAME_UPPER', [0, 0]],
  [7, 1, 3, 'SAME_LOWER', [0, 0]],
  [6, 3, 2, 'VALID', [0, 0]],
  [6, 3, 2, 'NOTSET', [4, 5]],
  ['w', 3, 2, 'NOTSET', [4, 5]],
  ['w', 4, 1, 'SAME_UPPER', [1, 2]],
  ['w', 4, 1, 'SAME_LOWER', [2, 1]],
];

describe('padsFromAutoPad', () => {
  it.each(autoPads)('%j elements, kernel %j, stride %j, %s', (n, kernel, stride, autoPad, pads) => {
    expect(padsFromAutoPad(autoPad, { kernel, stride, dilation: 1 }, n, [4, 5])).toEqual(pads);
  });

  it('counts the span of a dilated kernel', () => {
    expect(samePads({ kernel: 3, stride: 1, dilation: 2 }, 8)).toEqual([2, 2]);
  });

  it('needs the length where the stride is not 1', () => {
    expect(() =>
      samePads({ kernel: 3, stride: 2, dilation: 1 }, 'height'),
    ).toThrowErrorMatchingInlineSnapshot(
      `[PolyphaseError: [polyphase PP2005] layer: 'same' padding with stride 2 depends on the length height, which is still open. Give the sizes of the inputs.]`,
    );
  });

  it('leaves ceil(n / stride) windows', () => {
    const natural = fc.integer({ min: 1, max: 12 });
    fc.assert(
      fc.property(
        natural,
        natural,
        natural,
        natural,
        fc.constantFrom('begin', 'end'),
        (n, kernel, stride, dilation, odd) => {
          const axis = { kernel, stride, dilation };
          expect(windowCount(n, axis, samePads(axis, n, odd))).toBe(Math.ceil(n / stride));
        },
      ),
    );
  });
});

describe('kerasPads', () => {
  const axis = { kernel: 3, stride: 2, dilation: 2 };

  it.each([
    ['valid', [0, 0]],
    ['same', [1, 2]],
    ['causal', [4, 0]],
  ] as const)('%s', (padding, pads) => {
    expect(kerasPads(padding, axis, 8)).toEqual(pads);
  });
});

/** PyTorch's pooling_output_shape (ATen/native/Pool.h): the last window must begin inside the input or its padding. */
function torchCount(n: number, span: number, stride: number, [begin, end]: Pair, ceil: boolean): number {
  const rest = n + begin + end - span + (ceil ? stride - 1 : 0);
  const count = Math.floor(rest / stride) + 1;
  return ceil && (count - 1) * stride >= n + begin ? count - 1 : count;
}

describe('windowCount', () => {
  it("is PyTorch's", () => {
    const small = fc.integer({ min: 1, max: 9 });
    const pad = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(
        small,
        small,
        small,
        small,
        pad,
        pad,
        fc.boolean(),
        (n, kernel, stride, dilation, a, b, ceil) => {
          const span = kernelSpan(kernel, dilation);
          const pads = [a % span, b % span] as const;
          fc.pre(torchCount(n, span, stride, pads, ceil) > 0);
          expect(windowCount(n, { kernel, stride, dilation }, pads, ceil)).toBe(
            torchCount(n, span, stride, pads, ceil),
          );
        },
      ),
    );
  });

  it.each([
    ['h', { kernel: 3, stride: 1, dilation: 1 }, [1, 1], false, 'h'],
    ['h', { kernel: 2, stride: 2, dilation: 1 }, [0, 0], false, 'floor(h/2)'],
    ['2*h', { kernel: 2, stride: 2, dilation: 1 }, [0, 0], false, 'h'],
    ['h', { kernel: 3, stride: 2, dilation: 1 }, [1, 1], true, 'floor(h/2)+1'],
    ['h', { kernel: 2, stride: 2, dilation: 1 }, [0, 0], true, 'floor((h+1)/2)'],
  ] as const)('open length %s, %j, pads %j, ceil %j', (n, axis, pads, ceil, count) => {
    expect(windowCount(n, axis, pads, ceil)).toBe(count);
  });
});

describe('windowCells', () => {
  const window = {
    kernel: [2, 3],
    stride: [2, 1],
    dilation: [1, 2],
    pads: [
      [1, 0],
      [0, 2],
    ] as const,
    ceil: false,
  };

  it('gives the elements under each window, those of the padding left out', () => {
    expect(windowCells([3, 4], [2, 2], window)).toEqual([
      [0, 2],
      [1, 3],
      [4, 6, 8, 10],
      [5, 7, 9, 11],
    ]);
  });

  it('lie within the interval that windowReads gives', () => {
    const axis = { kernel: 3, stride: 2, dilation: 2 };
    const cells = windowCells([9], [4], {
      kernel: [3],
      stride: [2],
      dilation: [2],
      pads: [[1, 1]],
      ceil: false,
    });
    expect(cells).toEqual([
      [1, 3],
      [1, 3, 5],
      [3, 5, 7],
      [5, 7],
    ]);
    expect(windowReads([1, 3], 9, axis, [1, 1])).toEqual([1, 8]);
  });
});
