import type { Graph } from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import { describe } from '../device/describe.ts';
import type { Gpu } from '../device/gpu.ts';
import { candidatesFor, partsOf, variantName } from '../families/choice.ts';
import { mergedCorrelationOf } from '../families/convolution.ts';
import { emitCorrelation } from '../families/correlation.ts';
import type { Correlation } from '../families/geometry.ts';
import { keyOf } from '../families/key.ts';
import { type Precision, planRegion } from '../generate.ts';
import type { ShaderContext } from '../text/shader.ts';
import type { TuningCache } from './cache.ts';
import { timeOf } from './measure.ts';

/** The candidates that are measured: those with the least estimates. */
const mostMeasured = 8;

export interface TuneOptions {
  readonly cache: TuningCache;
  /** Told what is found. */
  readonly trace?: ((line: string) => void) | undefined;
}

/**
 * The fastest variant of each convolution of a region, by the layer's key, measured on the device where the cache does not
 * know it. Results do not depend on the choice but for rounding.
 */
export async function tune(
  region: Graph,
  gpu: Gpu,
  precision: Precision,
  { cache, trace }: TuneOptions,
): Promise<ReadonlyMap<string, string>> {
  const { placed, context } = planRegion(region, gpu.target, precision);
  const adapter = describe(gpu.device, gpu.device.adapterInfo);
  const chosen = new Map<string, string>();
  for (const step of placed.program.steps) {
    const correlation = step.kind === 'contraction' ? mergedCorrelationOf(step.node) : undefined;
    if (step.kind !== 'contraction' || !correlation) continue;
    for (const part of partsOf(correlation, gpu.target)) {
      const key = keyOf(part);
      if (chosen.has(key)) continue;
      const cached = `${adapter}, ${context.storage(step.inputs[0]!)}: ${key}`;
      const known = await cache.get(cached);
      const choice = known ?? (await fastest(step, part, gpu, context, trace));
      chosen.set(key, choice);
      if (known === undefined) await cache.set(cached, choice);
    }
  }
  return chosen;
}

async function fastest(
  step: ContractionStep,
  part: Correlation,
  gpu: Gpu,
  context: ShaderContext,
  trace: TuneOptions['trace'],
): Promise<string> {
  const times: { name: string; time: number }[] = [];
  for (const { variant } of candidatesFor(part, gpu.target).slice(0, mostMeasured)) {
    const time = await timeOf(emitCorrelation(step, part, variant, context), gpu, context);
    times.push({ name: variantName(variant), time });
  }
  const best = times.reduce((a, b) => (b.time < a.time ? b : a));
  trace?.(
    `webgpu: tuned ${step.node.name}: ${best.name} in ${best.time.toFixed(2)} ms, by estimate ${times[0]!.name} in ${times[0]!.time.toFixed(2)} ms`,
  );
  return best.name;
}
