import { makeNode, ops, type Value } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { cpuSharing } from '../backend.ts';

/** Shares whatever has two units. */
const backendOf = (threads: number) =>
  cpuSharing({ threads }, (count) => ({ threads: count, leastTask: 0, leastChunk: 0 }));

const shape = [64, 64];

function square() {
  const x: Value = { name: 'x', type: { dtype: 'float32', shape } };
  const node = makeNode(ops.mul, [x, x], {}, { name: 'square' });
  return { name: 'square', inputs: [x], nodes: [node], outputs: [{ name: 'y', value: node.outputs[0]! }] };
}

test('an isolated page has threads, whose results are those of one', async () => {
  expect(crossOriginIsolated).toBe(true);
  const backend = backendOf(3);
  expect(await backend.probe()).toMatchObject({ ok: true, detail: expect.stringContaining('3 threads') });
  const program = await backend.compile(square(), {});
  const data = Float32Array.from({ length: 64 * 64 }, (_, i) => i % 9);
  for (let run = 0; run < 30; run++) {
    const [y] = await program.run([{ dtype: 'float32', shape, data }], { keep: [true] });
    const { resource } = y as { resource: Float32Array };
    expect(resource.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect([...resource]).toEqual(Array.from(data, (value) => value ** 2));
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await backend.close();
});
