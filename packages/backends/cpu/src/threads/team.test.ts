import { expect, test } from 'vitest';
import { i32, ModuleBuilder } from '../wasm/index.ts';
import { Team } from './team.ts';

/** A module whose `spoil` tells where it was called, in the word at 0, and traps. */
async function spoiler() {
  const builder = new ModuleBuilder({ minPages: 1, maxPages: 1, shared: true });
  const spoil = builder.func('spoil', { begin: 'i32', end: 'i32', word: 'i32' }, [], (f, { end, word }) => {
    f.i32.store(word, i32.add(end, 0));
    f.unreachable();
  });
  builder.export(spoil);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  return { module: await WebAssembly.compile(builder.toBytes()), memory, imports: [] };
}

/** Runs until the word at 0 says that a worker has a chunk: this thread does not finish its own before. */
function untilTouched({ buffer }: WebAssembly.Memory): () => void {
  const words = new Int32Array(buffer);
  return () => {
    while (Atomics.load(words, 0) === 0);
  };
}

test('an error in a worker reaches the caller', async () => {
  const team = new Team(1);
  const shared = await spoiler();
  const own = { func: untilTouched(shared.memory), addresses: [0], units: 2, chunk: 1 };
  const enlisted = team.enlist(shared, [own], () => [{ name: 'spoil', addresses: [0], units: 2, chunk: 1 }]);
  enlisted.rouse();
  enlisted.run(0);
  expect(enlisted.failed()).toBe(true);
  expect(String(await enlisted.failure())).toBe('Error: a worker thread failed: RuntimeError: unreachable');
  expect(enlisted.failed()).toBe(false);
  await team.close();
});

test('an error in this thread is thrown once all chunks are done', async () => {
  const team = new Team(1);
  const shared = await spoiler();
  let calls = 0;
  const func = () => {
    calls++;
    throw new Error(`call ${calls}`);
  };
  const enlisted = team.enlist(shared, [{ func, addresses: [], units: 3, chunk: 1 }], () => []);
  expect(() => enlisted.run(0)).toThrow('call 1');
  await team.close();
});
