import { type LayerSpec, layerCase } from '../cases/layers.ts';
import { GpuLimits } from '../limits/gpu.ts';
import { type Result, race, WrongResult } from '../race.ts';
import { browserField, type FieldOptions } from './field.ts';

export interface RacesOptions extends FieldOptions {
  readonly layers: readonly LayerSpec[];
}

/** What a page's races came to. */
export interface PageOutcome {
  readonly machine: string;
  readonly results: readonly Result[];
  readonly failures: readonly string[];
}

/** Told which layer is being raced, and what came out so far. */
export type Tell = (line: string, results: readonly Result[]) => void;

/** The browser and its WebGPU adapter in words. @throws Error when there is none. */
export async function describeMachine(): Promise<string> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new Error('This browser has no WebGPU adapter');
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const browser = /Chrom\w*\/\d+|Firefox\/\d+|Version\/\d+/.exec(navigator.userAgent)?.[0];
  const kind = isFallbackAdapter ? ', software' : '';
  return `${browser ?? 'a browser'}, ${[vendor, architecture, description].filter(Boolean).join(' ')}${kind}`;
}

/** Races the layers of these names, all without names, one after another, each for so many seconds. */
export async function runRaces(
  names: readonly string[],
  seconds: number,
  tell: Tell,
  { layers, ...fieldOptions }: RacesOptions,
): Promise<PageOutcome> {
  const machine = await describeMachine();
  const field = browserField(fieldOptions);
  const limits = await GpuLimits.prepare(navigator.gpu);
  const results: Result[] = [];
  const failures: string[] = [];
  for (const spec of layers.filter(({ name }) => names.length === 0 || names.includes(name))) {
    tell(`${spec.name} ...`, results);
    try {
      results.push(await race(layerCase(spec), field, { seconds, leastRuns: 1, limits }));
      tell(spec.name, results);
    } catch (error) {
      if (!(error instanceof WrongResult)) throw error;
      failures.push(`${spec.name}: not timed: ${error.message}`);
    }
  }
  return { machine, results, failures };
}
