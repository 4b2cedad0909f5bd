import type * as os from 'node:os';
import type * as workerThreads from 'node:worker_threads';
import type { Failure } from './crew.ts';
import type { Spawn } from './spawn.ts';

/** What of Node is used. */
interface Builtins {
  getBuiltinModule?(name: 'node:os'): typeof os | undefined;
  getBuiltinModule?(name: 'node:worker_threads'): typeof workerThreads | undefined;
}

/** Asked for at run time: an import would stop bundlers for browsers. */
const builtins = (): Builtins | undefined => (globalThis as { process?: Builtins }).process;

/** How many threads Node has for us; undefined where there is no Node. */
export const threadsInNode = (): number | undefined =>
  builtins()?.getBuiltinModule?.('node:os')?.availableParallelism();

/** Starts workers that do not keep the process alive; undefined where there is no Node. */
export function spawnerOfNode(): Spawn | undefined {
  const threads = builtins()?.getBuiltinModule?.('node:worker_threads');
  return threads && ((main, failed) => spawn(threads, main, failed));
}

const port =
  "(({ parentPort }) => ({ listen: (receive) => parentPort.on('message', receive), send: (message) => parentPort.postMessage(message) }))(require('node:worker_threads'))";

function spawn(
  { Worker }: typeof workerThreads,
  main: string,
  failed: (failure: Failure) => void,
): ReturnType<Spawn> {
  const worker = new Worker(`(${main})(${port});`, { eval: true, execArgv: [], name: 'polyphase cpu' });
  worker.on('message', failed);
  // Whoever started it computes alone then.
  worker.on('error', () => {});
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    hold: (held) => (held ? worker.ref() : worker.unref()),
    async terminate() {
      await worker.terminate();
    },
  };
}
