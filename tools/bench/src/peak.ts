/** A process of its own that compiles and runs one case on one runtime, and tells how much memory it took at most. */
import { layerSources } from './cases/layer-sources.ts';
import { modelSources } from './cases/models.ts';
import { fieldOf } from './contestants/index.ts';
import { relaxedSimdHere, turnOnRelaxedSimd } from './limits/relaxed.ts';

/** In bytes; undefined when the runtime cannot run the case. */
export interface Peak {
  readonly bytes: number | undefined;
}

const runs = 3;

async function peakOf(caseName: string, runtimeName: string, threads: number): Promise<Peak> {
  turnOnRelaxedSimd();
  const source = [...(await layerSources()), ...modelSources].find(({ name }) => name === caseName)!;
  const { ours, peers } = fieldOf(threads, { relaxedSimd: relaxedSimdHere() });
  const runtime = [ours, ...peers].find(({ name }) => name === runtimeName)!;
  const network = await source.load();
  if (runtime.refuses?.(network) !== undefined) return { bytes: undefined };
  const contestant = await runtime.prepare(network);
  for (let run = 0; run < runs; run++) await contestant.run();
  await contestant.close();
  return { bytes: process.resourceUsage().maxRSS * 1024 };
}

const [caseName, runtimeName, threads] = process.argv.slice(2);
const peak = await peakOf(caseName!, runtimeName!, Number(threads));
process.send?.(peak, () => process.exit());
