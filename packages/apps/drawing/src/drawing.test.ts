import { PolyphaseError } from '@polyphase/ir';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gif } from './gif.node.ts';
import { at } from './grid.ts';
import { frameCount, overlapPicture, phasePicture, stepPicture, svg } from './index.ts';
import { counted } from './settings.testing.ts';
import { animatedSvg } from './svg.ts';

test('the textbook: a 2x2 input and a 2x2 kernel make a 3x3 output', () => {
  const { natural, steps, window } = counted();
  expect([...natural.values]).toEqual([1, 4, 4, 6, 20, 16, 9, 24, 16]);
  expect(window).toEqual({ top: 0, left: 0, rows: 3, columns: 3 });
  expect(steps.map(({ value, products }) => [value, [...products.values]])).toEqual([
    [1, [1, 2, 0, 3, 4, 0, 0, 0, 0]],
    [2, [0, 2, 4, 0, 6, 8, 0, 0, 0]],
    [3, [0, 0, 0, 3, 6, 0, 9, 12, 0]],
    [4, [0, 0, 0, 0, 4, 8, 0, 12, 16]],
  ]);
});

describe("Keras' 'same' and PyTorch's padding 1, output_padding 1", () => {
  test.each([
    ['keras', { vocabulary: 'keras', same: true }, { top: 0, left: 0, rows: 4, columns: 4 }],
    [
      'torch',
      { vocabulary: 'torch', padding: [1, 1], outputPadding: 1 },
      { top: 1, left: 1, rows: 4, columns: 4 },
    ],
  ] as const)('%s keeps another part', (_, words, window) => {
    expect(counted({ kernel: 3, stride: 2, ...words }).window).toEqual(window);
  });
});

test('a phase is the part of the kernel that its outputs use', () => {
  const taps = (kernel: number, stride: number, dilation = 1) =>
    counted({ kernel, stride, dilation, input: [3, 3] }).phases.map((phase) =>
      phase.taps.map(({ row, column }) => `${row}${column}`).join(' '),
    );
  expect(taps(3, 2)).toEqual(['00 02 20 22', '01 21', '10 12', '11']);
  expect(taps(1, 2)).toEqual(['00', '', '', '']);
  expect(taps(2, 2, 3)).toEqual(['00', '01', '10', '11']);
});

const settings = fc.record({
  kernel: fc.integer({ min: 1, max: 5 }),
  stride: fc.integer({ min: 1, max: 4 }),
  dilation: fc.integer({ min: 1, max: 3 }),
  input: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
});

test('steps add up to the output, phases share the kernel out, overlaps count the steps that reach', () => {
  fc.assert(
    fc.property(settings, (setting) => {
      const { natural, steps, phases, overlap, kernel } = counted(setting);
      expect(steps.at(-1)!.total).toEqual(natural);
      expect(phases.flatMap(({ taps }) => taps).length).toBe(kernel.values.length);
      const reached = overlap.values.map((_, i) =>
        steps.reduce((all, { reach }) => all + reach.values[i]!, 0),
      );
      expect(overlap.values).toEqual(reached);
    }),
    { numRuns: 60 },
  );
});

test('what a framework does not take is said in its words', () => {
  expect(() => counted({ outputPadding: 1 })).toThrow(PolyphaseError);
  expect(() => counted({ outputPadding: 1 })).toThrow(/output_padding is 1 on spatial axis 0 with stride 1/);
  expect(() => counted({ padding: [2, 2] })).toThrow(/a crop of \(2, 2\) leaves/);
});

test('pictures hold the numbers of the layer', () => {
  const layer = counted({ kernel: 3, stride: 2, padding: [1, 1], outputPadding: 1 });
  const texts = (picture: ReturnType<typeof stepPicture>): readonly string[] =>
    picture.shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : []));
  expect(texts(stepPicture(layer, 0)).at(-1)).toContain('Each of the 4 input values multiplies the kernel');
  expect(texts(stepPicture(layer, 4))).toContain(`${at(layer.natural, 3, 2)}`);
  expect(texts(stepPicture(layer, 4)).at(-1)).toContain('The faint border is cropped.');
  expect(texts(phasePicture(layer)).at(-1)).toBe(
    "4 phases, at most 4 of the kernel's 9 elements each: nothing is scattered.",
  );
  expect(texts(overlapPicture(layer)).at(-1)).toContain('is no multiple of the stride 2');
  expect(texts(overlapPicture(counted({ kernel: 4, stride: 2 }))).at(-1)).toContain('sums as many products');
});

test('files: SVG, moving SVG, GIF', () => {
  const layer = counted();
  const frames = Array.from({ length: frameCount(layer) }, (_, frame) => stepPicture(layer, frame));
  expect(svg(frames[0]!)).toMatch(
    /^<svg xmlns.*<title>A transposed convolution, step by step<\/title>.*<\/svg>\n$/s,
  );
  expect(animatedSvg(frames).match(/<g class="f f\d">/g)).toHaveLength(5);
  expect(animatedSvg(frames)).toContain('prefers-reduced-motion');
  const bytes = gif(frames);
  expect(new TextDecoder().decode(bytes.subarray(0, 6))).toBe('GIF89a');
  const { width, height } = stepPicture(layer, 0);
  expect(bytes[6]! + bytes[7]! * 256).toBe(Math.ceil(width * 1.5));
  expect(bytes[8]! + bytes[9]! * 256).toBe(Math.ceil(height * 1.5));
});
