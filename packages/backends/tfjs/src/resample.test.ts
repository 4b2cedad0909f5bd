import { type AxisResampling, axisTable } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { nativeResize, tapTables } from './resample.ts';

const axis = (more: Partial<AxisResampling>): AxisResampling => ({
  axis: 2,
  from: 5,
  to: 10,
  map: 'half_pixel',
  filter: { kind: 'cubic', coefficient: -0.75 },
  antialias: false,
  border: 'clamp',
  profile: 'torch',
  ...more,
});

test('by taps the weights of an element are those of the table, and nothing else is read', () => {
  const table = axisTable(axis({}));
  const taps = tapTables(table);
  for (const [o, start] of table.first.entries()) {
    const byElement = new Map<number, number>();
    for (const { sources, weights } of taps)
      byElement.set(sources[o]!, (byElement.get(sources[o]!) ?? 0) + weights[o]!);
    for (const [source, weight] of byElement)
      expect(weight).toBe(table.weights[o * table.taps + source - start]);
    const read = table.read!;
    expect([...byElement.keys()].sort((a, b) => a - b)).toEqual(
      Array.from({ length: read.last[o]! - read.first[o]! + 1 }, (_, i) => read.first[o]! + i),
    );
  }
});

test.each([
  [{ filter: { kind: 'linear' } }, { kernel: 'resizeBilinear', alignCorners: false, halfPixelCenters: true }],
  [
    { filter: { kind: 'linear' }, map: 'align_corners' },
    { kernel: 'resizeBilinear', alignCorners: true, halfPixelCenters: false },
  ],
  [{ filter: { kind: 'linear' }, scale: 1.9 }, undefined],
  [{ filter: { kind: 'linear' }, to: 3, antialias: true }, undefined],
  [
    { filter: { kind: 'nearest', rounding: 'floor' }, map: 'asymmetric' },
    { kernel: 'resizeNearestNeighbor' },
  ],
  [{ filter: { kind: 'nearest', rounding: 'floor' }, map: 'asymmetric', to: 15 }, undefined],
  [{}, undefined],
] as const)('%o is %o of TensorFlow.js', (more, call) => {
  const native = nativeResize([axis(more as Partial<AxisResampling>)]);
  if (call) expect(native).toMatchObject(call);
  else expect(native).toBeUndefined();
});
