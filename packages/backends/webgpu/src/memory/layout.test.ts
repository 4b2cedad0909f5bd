import { Network } from '@polyphase/conformance';
import { ops, PolyphaseError } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { generate } from '../generate.ts';
import { type TargetLimits, targetOf } from '../target.ts';
import { layOut } from './layout.ts';

/** Four layers, each of which reads the one before. */
function chain(limits: Partial<TargetLimits> = {}) {
  const n = new Network();
  let x = n.input([64, 64], 'x');
  for (let i = 0; i < 4; i++) x = n.layer(ops.cumSum, { x }, { axis: i % 2 });
  const { graph } = n.sample('chain', [x]);
  const target = targetOf(limits);
  return { graph, generated: generate(graph, target), limits: target.limits };
}

test('activations share one arena, at offsets that can be bound', () => {
  const { graph, generated, limits } = chain();
  const layout = layOut(graph, generated, limits);
  expect(layout.activations.length).toBe(1);
  expect(layout.activations[0]).toBe(layout.lowerBound);
  expect(layout.unshared).toBeGreaterThan(2 * layout.lowerBound);
  for (const { dispatch } of generated.stages)
    for (const { resource } of dispatch.bindings) expect(layout.slotOf(resource).offset % 256).toBe(0);
});

test('what is beyond one buffer becomes several', () => {
  const { graph, generated, limits } = chain({ maxBufferSize: 20_000 });
  const layout = layOut(graph, generated, limits);
  expect(layout.activations.length).toBeGreaterThan(1);
  expect(Math.max(...layout.activations)).toBeLessThanOrEqual(20_000);
  for (const { dispatch } of generated.stages) {
    const slots = dispatch.bindings.map(({ resource }) => layout.slotOf(resource));
    expect(new Set(slots.map(({ chunk, offset }) => `${chunk} ${offset}`)).size).toBe(slots.length);
  }
});

test('a tensor beyond what a device binds is an error with numbers', () => {
  const { graph, generated, limits } = chain({ maxStorageBufferBindingSize: 16_000 });
  expect(() => layOut(graph, generated, limits)).toThrow(PolyphaseError);
  expect(() => layOut(graph, generated, limits)).toThrowErrorMatchingInlineSnapshot(
    `[PolyphaseError: [polyphase PP3004] chain: x takes 16 KiB, and the device binds 15.6 KiB at most. Use smaller inputs, or cut the input into tiles.]`,
  );
});
