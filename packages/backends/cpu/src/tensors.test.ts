import type { Tensor } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { compileGraph, Region, samples } from './graphs.testing.ts';
import type { CpuTensor } from './index.ts';

/** y = relu(x + x), and x as it is. */
function doubled() {
  const region = new Region();
  const x = region.input([3, 5]);
  return region.graph(region.op('relu', [region.op('add', [x, x])]), x);
}

const kept = { keep: [true, false] };
const expected = ({ data }: Tensor): number[] => Array.from(data as Float32Array, (x) => Math.max(2 * x, 0));

test('an output that is kept is the memory itself until the program runs again', async () => {
  const program = await compileGraph(doubled());
  const [a, b] = [samples([3, 5], 'float32', 1), samples([3, 5], 'float32', 2)];
  const [y, x] = (await program.run([a], kept)) as readonly [CpuTensor, Tensor];
  expect(y).toMatchObject({ device: 'cpu', dtype: 'float32', shape: [3, 5] });
  expect([...y.resource]).toEqual(expected(a));
  expect(await y.read()).toEqual({ dtype: 'float32', shape: [3, 5], data: Float32Array.from(expected(a)) });
  expect(x.data).toEqual(a.data);
  const [again] = (await program.run([b], kept)) as readonly [CpuTensor];
  expect([...again.resource]).toEqual(expected(b));
  expect(() => y.resource).toThrowErrorMatchingInlineSnapshot(
    `[PolyphaseError: [polyphase PP4006] a tensor of shape [3, 5] on the cpu backend: it has been disposed, or its program has run again or been disposed since. Read it, or use it as an input, before that.]`,
  );
  again.dispose();
  again.dispose();
  await expect(again.read()).rejects.toThrow('PP4006');
});

test('an output may be the next input', async () => {
  const program = await compileGraph(doubled());
  const [y] = await program.run([samples([3, 5])], kept);
  const [twice] = (await program.run([y!], kept)) as readonly [CpuTensor];
  expect([...twice.resource]).toEqual(expected(samples([3, 5])).map((x) => 2 * x));
  program.dispose();
  expect(() => twice.resource).toThrow('PP4006');
});

test('an input can be written where the program reads it', async () => {
  const program = await compileGraph(doubled());
  const [x] = program.inputs;
  for (const seed of [3, 4]) {
    const given = samples([3, 5], 'float32', seed);
    x!.resource.set(given.data as never);
    const [y] = await program.run([x!]);
    expect([...(y!.data as Float32Array)]).toEqual(expected(given));
  }
});

test('outputs that are copied stay as they are', async () => {
  const program = await compileGraph(doubled());
  const [first] = await program.run([samples([3, 5], 'float32', 1)]);
  await program.run([samples([3, 5], 'float32', 2)]);
  expect([...(first!.data as Float32Array)]).toEqual(expected(samples([3, 5], 'float32', 1)));
  expect(first!.data.buffer.byteLength).toBe(60);
});
