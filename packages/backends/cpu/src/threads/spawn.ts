import type { Failure, Message } from './crew.ts';
import { spawnerOfNode, threadsInNode } from './spawn.node.ts';

/** A worker thread, seen from the thread that started it. One that cannot start, or ends, is never heard of. */
export interface Worker {
  post(message: Message): void;
  /** Whether it keeps the process alive; at first it does not. */
  hold(held: boolean): void;
  terminate(): Promise<void>;
}

/** Starts a worker that calls `main`, the JavaScript text of a function, with its port. */
export type Spawn = (main: string, failed: (failure: Failure) => void) => Worker;

/** How workers are started here. */
export const spawner = (): Spawn => spawnerOfNode() ?? spawnOnWeb;

/** How many threads the machine has for us. */
export const availableThreads = (): number =>
  threadsInNode() ?? globalThis.navigator?.hardwareConcurrency ?? 1;

const port =
  '{ listen: (receive) => { onmessage = ({ data }) => receive(data); }, send: (message) => postMessage(message) }';

/** Of text, so that bundlers need to know nothing about it. */
function spawnOnWeb(main: string, failed: (failure: Failure) => void): Worker {
  const url = URL.createObjectURL(new Blob([`(${main})(${port});`], { type: 'text/javascript' }));
  const worker = new globalThis.Worker(url, { name: 'polyphase cpu' });
  worker.onmessage = ({ data }: MessageEvent<Failure>) => failed(data);
  return {
    post: (message) => worker.postMessage(message),
    hold() {},
    async terminate() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
