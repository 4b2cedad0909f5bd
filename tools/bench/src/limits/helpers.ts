/** Threads that run a kernel at the same time as the one that has started them. */
import { Worker } from 'node:worker_threads';

/** What a helper does: it waits for a round, runs what it is told, and counts itself done. */
const source = `
const { workerData: { module, pages, words } } = require('node:worker_threads');
const memory = new WebAssembly.Memory({ initial: pages });
new Float32Array(memory.buffer).fill(1);
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
const kernels = [exports.multiply, exports.write, exports.copy];
for (let round = 0; ; ) {
  Atomics.wait(words, 0, round);
  round = Atomics.load(words, 0);
  const [, , kernel, times, a, b, c] = words;
  for (let i = 0; i < times; i++) kernels[kernel](a, b, c);
  Atomics.add(words, 1, 1);
  Atomics.notify(words, 1);
}`;

export const helperKernels = ['multiply', 'write', 'copy'] as const;

export interface Round {
  readonly kernel: (typeof helperKernels)[number];
  readonly times: number;
  readonly args: readonly number[];
}

export class Helpers {
  readonly #words = new Int32Array(new SharedArrayBuffer(32));
  readonly #workers: readonly Worker[];

  /** `pages` of memory for each. They never keep the process alive. */
  constructor(count: number, module: WebAssembly.Module, pages: number) {
    const workerData = { module, pages, words: this.#words };
    this.#workers = Array.from({ length: count }, () => new Worker(source, { eval: true, workerData }));
    for (const worker of this.#workers) worker.unref();
  }

  /** Runs a round on all of them and, with `own`, on this thread. */
  run({ kernel, times, args }: Round, own: () => void): void {
    this.#words.set([0, helperKernels.indexOf(kernel), times, ...args], 1);
    Atomics.add(this.#words, 0, 1);
    Atomics.notify(this.#words, 0);
    own();
    for (let done = 0; done < this.#workers.length; done = Atomics.load(this.#words, 1))
      Atomics.wait(this.#words, 1, done, 100);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
