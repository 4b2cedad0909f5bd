/** A program of its own, bundled and started by lifecycle.test.ts: it leaves its backend open. */
import { isMainThread, Worker } from 'node:worker_threads';
import { makeNode, ops, type Value } from '@polyphase/ir';
import { cpuSharing } from '../backend.ts';

const report = (line: string): void => void process.stdout.write(`${line}\n`);

process.on('worker', (worker) => worker.on('error', (error) => report(String(error))));

async function square(): Promise<string> {
  const x: Value = { name: 'x', type: { dtype: 'float32', shape: [64, 64] } };
  const node = makeNode(ops.mul, [x, x], {}, { name: 'square' });
  const graph = {
    name: 'square',
    inputs: [x],
    nodes: [node],
    outputs: [{ name: 'y', value: node.outputs[0]! }],
  };
  const backend = cpuSharing({ threads: 2 }, (threads) => ({ threads, leastTask: 0, leastChunk: 0 }));
  const program = await backend.compile(graph, {});
  const data = Float32Array.from({ length: 64 * 64 }, (_, i) => i % 9);
  for (let run = 0; run < 20; run++) {
    const [y] = await program.run([{ dtype: 'float32', shape: [64, 64], data }]);
    if (!('data' in y!) || y.data.some((value, i) => value !== (i % 9) ** 2)) return 'wrong';
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return 'right';
}

if (isMainThread && process.argv[2] === 'in a worker') new Worker(new URL(import.meta.url));
else report(await square());
