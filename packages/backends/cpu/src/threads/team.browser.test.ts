import { expect, test } from 'vitest';
import { ModuleBuilder } from '../wasm/index.ts';
import { Team } from './team.ts';

/** A module whose `touch` writes to the word at an address. */
async function toucher() {
  const builder = new ModuleBuilder({ minPages: 1, maxPages: 1, shared: true });
  const params = { begin: 'i32', end: 'i32', word: 'i32' } as const;
  builder.export(builder.func('touch', params, [], (f, { end, word }) => f.i32.store(word, end)));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  return { module: await WebAssembly.compile(builder.toBytes()), memory, imports: [] };
}

/** This thread's share takes a while. */
function linger(): void {
  for (const end = performance.now() + 1; performance.now() < end; );
}

test('a worker made from a blob takes its share', async () => {
  const team = new Team(1);
  const shared = await toucher();
  const touched = new Int32Array(shared.memory.buffer);
  const step = { addresses: [0], units: 4, chunk: 1 };
  const enlisted = team.enlist(shared, [{ ...step, func: linger }], () => [{ ...step, name: 'touch' }]);
  for (let run = 0; run < 1000 && touched[0] === 0; run++) {
    enlisted.rouse();
    enlisted.run(0);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(touched[0]).toBeGreaterThan(0);
  expect(enlisted.failed()).toBe(false);
  await team.close();
});
