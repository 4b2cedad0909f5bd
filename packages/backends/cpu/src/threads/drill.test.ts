import { afterAll, expect, test } from 'vitest';
import { drilled, drilledWorkers } from '../drilled.testing.ts';
import { compileFor, Region, samples } from '../graphs.testing.ts';
import { spoil } from './drill.ts';

/** Of so many elements that loops are cut into chunks. */
function squared() {
  const region = new Region();
  const x = region.input([512]);
  return region.graph(region.op('mul', [x, x]));
}

const backend = drilled({ threads: 3 });
afterAll(() => backend.close());

test('each thread has a part of a short step', async () => {
  const program = await backend.compile(squared(), {});
  const x = samples([512]);
  for (let run = 1; run <= 10; run++) {
    const [y] = await program.run([x]);
    expect(y).toMatchObject({ data: (x.data as Float32Array).map((value) => value ** 2) });
    expect(backend.drill.helped).toBeGreaterThanOrEqual(2 * run);
    expect(backend.drill.chunks - backend.drill.helped).toBeGreaterThanOrEqual(run);
  }
});

test('memory is NaN, whatever it is read as', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  spoil(memory, 64);
  for (const array of [Float32Array, Float64Array]) {
    const [before, after] = [new array(memory.buffer, 0, 4), new array(memory.buffer, 64)];
    expect(before.every((x) => x === 0)).toBe(true);
    expect(after.every(Number.isNaN)).toBe(true);
  }
});

const workers = drilledWorkers();

test('what the caller has written to an input stays', async () => {
  const program = await compileFor(squared(), false, {}, workers(1));
  const [first] = await program.run([samples([512])]);
  const [input] = program.inputs;
  input!.resource.set(samples([512]).data as never);
  expect(await program.run([input!])).toEqual([first]);
});
