import { proxy, wrap } from 'comlink';
import type { Engine, Failed, Outcome, RunRequest } from './protocol.ts';

let engine: Engine | undefined;

/** Runs a model in a worker, which is started at the first run: the page never waits. */
export function runModel(request: RunRequest, progress: (words: string) => void): Promise<Outcome | Failed> {
  engine ??= wrap<Engine>(
    new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' }),
  ) as unknown as Engine;
  return engine.run(request, proxy(progress));
}
