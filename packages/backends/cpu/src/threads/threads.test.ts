import type { Graph, Tensor } from '@polyphase/ir';
import { afterEach, expect, test } from 'vitest';
import { cpuSharing } from '../backend.ts';
import { sharingAmong } from '../compile/sharing.ts';
import { constant, Region, samples } from '../graphs.testing.ts';
import { type CpuProgram, cpu } from '../index.ts';

let started = 0;
let alive = 0;
process.on('worker', (worker) => {
  started++;
  alive++;
  worker.on('exit', () => alive--);
});
afterEach(() => expect(alive).toBe(0));

/** Shares whatever has two units. */
const everything = (threads: number) => ({ threads, leastTask: 0, leastChunk: 0 });

const attributes = { stride: [1, 1], dilation: [1, 1], pads: [[1, 1] as const, [1, 1] as const], groups: 1 };

/** A convolution and a softmax over rows. */
function network(rows: number): Graph {
  const region = new Region();
  const x = region.input([1, 3, rows, 11]);
  const sum = region.op('conv', [x, constant(samples([5, 3, 3, 3])), constant(samples([5]))], attributes);
  return region.graph(region.op('softmax', [sum], { axis: 1 }));
}

/** What each graph gives, run several times: workers join in when they have started. */
async function results(threads: number, graphs: readonly Graph[], runs: number): Promise<Tensor[][]> {
  const backend = cpuSharing({ threads, relaxedSimd: false }, everything);
  const programs = (await Promise.all(graphs.map((graph) => backend.compile(graph, {})))) as CpuProgram[];
  const all: Tensor[][] = [];
  for (let run = 0; run < runs; run++) {
    for (const [i, program] of programs.entries())
      all.push([
        ...(await program.run([samples(graphs[i]!.inputs[0]!.type.shape as number[], 'float32', run)])),
      ]);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await backend.close();
  return all;
}

test.each([2, 3])('%i threads, taking turns at two programs, give what one gives', async (threads) => {
  const graphs = [network(9), network(14)];
  const before = started;
  expect(await results(threads, graphs, 20)).toEqual(await results(1, graphs, 20));
  expect(started - before).toBe(threads - 1);
});

test('a step that is too short stays on one thread', async () => {
  const backend = cpu({ threads: 2 });
  const program = (await backend.compile(network(9), {})) as CpuProgram;
  const kept = await program.run([samples([1, 3, 9, 11])], { keep: [true] });
  expect((kept[0] as { resource: Float32Array }).resource.buffer).toBeInstanceOf(ArrayBuffer);
  await backend.close();
});

test('a backend that is closed runs its programs on one thread, and starts workers again for new ones', async () => {
  const backend = cpuSharing({ threads: 2 }, everything);
  const x = samples([1, 3, 9, 11]);
  const program = (await backend.compile(network(9), {})) as CpuProgram;
  const before = await program.run([x]);
  await backend.close();
  expect(await program.run([x])).toEqual(before);
  const again = (await backend.compile(network(9), {})) as CpuProgram;
  expect(await again.run([x])).toEqual(before);
  await backend.close();
});

test('a number of threads that is none is refused', () => {
  expect(() => cpu({ threads: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[PolyphaseError: [polyphase PP3002] cpu: threads is 0. Give 'auto' or a whole number from 1 to 256.]`,
  );
  expect(() => cpu({ threads: 1.5 })).toThrow('threads is 1.5');
});

test('probe says how many threads there are', async () => {
  expect(await cpu({ threads: 3 }).probe()).toMatchObject({ detail: expect.stringMatching(/; 3 threads$/) });
  expect(await cpu({ threads: 1 }).probe()).toMatchObject({ detail: expect.stringMatching(/; one thread$/) });
  expect(sharingAmong(4).threads).toBe(4);
});
