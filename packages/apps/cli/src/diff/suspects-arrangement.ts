import { stridesOf } from '@polyphase/ir';
import type { Suspect } from './causes.ts';
import type { Evidence } from './evidence.ts';

/** The right numbers in the wrong places, or none at all. */
export const arrangementSuspects = (evidence: Evidence): readonly Suspect[] => [
  { words: 'nothing was written: all elements are 0', data: () => new Float64Array(evidence.actual.length) },
  ...evidence.type.shape.flatMap((_, axis) => [1, -1].map((by) => shifted(evidence, axis, by))),
  ...evidence.type.shape.map((_, axis) => flipped(evidence, axis)),
  ...layouts(evidence),
];

const axisName = (axis: number): string => `axis ${axis}`;

/** Elements whose source lies outside are not judged. */
function shifted({ expected, type: { shape } }: Evidence, axis: number, by: number): Suspect {
  const [step, length] = [stridesOf(shape)[axis]!, shape[axis]!];
  const source = (i: number): number => (Math.floor(i / step) % length) - by;
  const isOutside = (i: number): boolean => source(i) < 0 || source(i) >= length;
  return {
    words: `everything is shifted by ${by > 0 ? 'one' : 'minus one'} along ${axisName(axis)}: element i is what element i ${by > 0 ? '- 1' : '+ 1'} should be`,
    data: () => (length < 3 ? undefined : expected.map((_, i) => expected[i - by * step] ?? 0)),
    unknown: isOutside,
  };
}

function flipped({ expected, type: { shape } }: Evidence, axis: number): Suspect {
  const [step, length] = [stridesOf(shape)[axis]!, shape[axis]!];
  return {
    words: `${axisName(axis)} runs backwards`,
    data: () =>
      length < 2
        ? undefined
        : expected.map((_, i) => {
            const at = Math.floor(i / step) % length;
            return expected[i + (length - 1 - 2 * at) * step]!;
          }),
  };
}

/** The elements of [N, C, spatial] stored as [N, spatial, C], or the other way round. */
function layouts({ expected, type: { shape } }: Evidence): readonly Suspect[] {
  if (shape.length < 3) return [];
  const [batch, channels, ...spatial] = shape as [number, number, ...number[]];
  const plane = spatial.reduce((all, length) => all * length, 1);
  const transposed = (rows: number, columns: number) => (): Float64Array => {
    const size = rows * columns;
    return expected.map((_, i) => {
      const [image, at] = [Math.floor(i / size), i % size];
      return expected[image * size + (at % rows) * columns + Math.floor(at / rows)]!;
    });
  };
  if (batch * channels * plane === 0) return [];
  return [
    {
      words: 'the channels are stored last (N, H, W, C) in memory that is read as N, C, H, W',
      data: transposed(channels, plane),
    },
    {
      words: 'a layout of channels last was undone twice: the elements lie as if N, C, H, W were N, H, W, C',
      data: transposed(plane, channels),
    },
    ...planeTransposed(expected, spatial, plane),
  ];
}

function planeTransposed(
  expected: Float64Array,
  spatial: readonly number[],
  plane: number,
): readonly Suspect[] {
  const [height, width] = spatial.slice(-2);
  if (height === undefined || width === undefined || height !== width || height < 2) return [];
  return [
    {
      words: 'height and width are exchanged',
      data: () =>
        expected.map((_, i) => {
          const [image, at] = [Math.floor(i / plane) * plane, i % plane];
          const inner = at % (height * width);
          return expected[image + at - inner + (inner % width) * width + Math.floor(inner / width)]!;
        }),
    },
  ];
}
