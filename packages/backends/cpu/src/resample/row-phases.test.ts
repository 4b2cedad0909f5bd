import { axisTable, torchInterpolate } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { rowPhases } from './row-phases.ts';

const phasesOf = (from: number, to: number, mode: 'linear' | 'bicubic', alignCorners = false) => {
  const shape = mode === 'linear' ? [1, 1, from] : [1, 1, 4, from];
  const size = mode === 'linear' ? [to] : [8, to];
  return rowPhases(
    axisTable(torchInterpolate({ inputShape: shape, size, mode, alignCorners }).axes.at(-1)!),
    from,
  );
};

test('twice as many outputs: each phase reads its own input and one neighbour', () => {
  expect(phasesOf(8, 16, 'linear')).toEqual({
    inputs: 8,
    phases: [
      [
        { distance: -1, weight: 0.25 },
        { distance: 0, weight: 0.75 },
      ],
      [
        { distance: 0, weight: 0.75 },
        { distance: 1, weight: 0.25 },
      ],
    ],
  });
});

test('a phase that lies on its input reads that alone', () => {
  const [, middle] = phasesOf(9, 27, 'linear')!.phases;
  expect(middle).toEqual([{ distance: 0, weight: 1 }]);
});

test('cubic phases reach two inputs to each side', () => {
  const distances = phasesOf(9, 36, 'bicubic')!
    .phases.flat()
    .map(({ distance }) => distance);
  expect([Math.min(...distances), Math.max(...distances)]).toEqual([-2, 2]);
});

test.each([
  ['aligned corners', phasesOf(8, 16, 'linear', true)],
  ['too few inputs', phasesOf(7, 14, 'linear')],
  ['more phases than can be interleaved', phasesOf(8, 40, 'linear')],
  ['no whole scale', phasesOf(8, 15, 'linear')],
])('no phases: %s', (_, phases) => {
  expect(phases).toBeUndefined();
});
