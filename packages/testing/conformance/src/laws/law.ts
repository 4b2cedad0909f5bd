import type { Backend } from '@polyphase/plugin';
import fc from 'fast-check';
import type { CaseResult } from '../run.ts';
import { layersOn, Refused, type RunLayer } from './run-layer.ts';

export interface LawOptions {
  /** How many samples each law is tried on. Default 15. */
  readonly runs?: number | undefined;
  /** Other samples for another seed. Default 1: every run tries the same ones. */
  readonly seed?: number | undefined;
}

/** What holds for every layer of a kind, whatever its sizes and elements. */
export interface Law {
  readonly name: string;
  /** Why it does not hold, with the smallest sample found; undefined when no sample contradicts it. */
  broken(backend: Backend, options?: LawOptions): Promise<string | undefined>;
}

/** `holds` throws where the law does not hold of a sample. */
export const law = <T>(
  name: string,
  samples: fc.Arbitrary<T>,
  holds: (run: RunLayer, sample: T) => Promise<void>,
): Law => ({
  name,
  async broken(backend, { runs = 15, seed = 1 } = {}) {
    const run = layersOn(backend);
    const property = fc.asyncProperty(samples, (sample) => holds(run, sample).catch(unlessRefused));
    const { failed, errorInstance, numShrinks } = await fc.check(property, { numRuns: runs, seed });
    if (!failed) return undefined;
    const message = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
    return `${message}\n(seed ${seed}, made smaller ${numShrinks} times)`;
  },
});

function unlessRefused(error: unknown): void {
  if (!(error instanceof Refused)) throw error;
}

/** A law as a case of its own: `laws/name`. Never throws. */
export async function runLaw(item: Law, backend: Backend, options?: LawOptions): Promise<CaseResult> {
  const start = performance.now();
  const detail = await item.broken(backend, options).catch((error: unknown) => String(error));
  return {
    name: `laws/${item.name}`,
    family: 'laws',
    status: detail === undefined ? 'passed' : 'failed',
    detail: detail ?? '',
    maxError: undefined,
    time: performance.now() - start,
  };
}
