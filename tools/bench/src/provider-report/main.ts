import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onnxruntime } from '@polyphase/onnxruntime';
import { Command } from 'commander';
import { layerSources } from '../cases/layer-sources.ts';
import { modelSources } from '../cases/models.ts';
import { resizeConvSources } from '../cases/resize-conv.ts';
import { compareSource } from '../onnxruntime/suite.ts';
import { choose, parseProvider, parseSeconds, parseThreads } from '../options.ts';
import { judge } from './judge.ts';
import { machineFacts } from './machine.ts';
import { benchmarkInto } from './report.ts';

interface Options {
  readonly provider: ReturnType<typeof parseProvider>;
  readonly out?: string;
  readonly filter: string;
  readonly seconds: number;
  readonly threads: number;
  readonly bench: readonly string[];
}

const reports = fileURLToPath(new URL('../../../../docs/reports/', import.meta.url));

const program = new Command('report')
  .description('Conformance and benchmarks of the onnxruntime backend on this machine, written down.')
  .option('--provider <name>', 'what onnxruntime runs on', parseProvider, 'cuda')
  .option('--out <file>', 'where; default: docs/reports/onnxruntime-PROVIDER.md')
  .option('--filter <glob>', 'only cases whose names match', '*')
  .option('--bench <names...>', 'only these benchmarks', [])
  .option('--seconds <n>', 'time for each benchmark', parseSeconds, 6)
  .option('--threads <n>', 'threads on the processor', parseThreads, 1);

async function report({ provider, out, filter, seconds, threads, bench }: Options): Promise<void> {
  const backend = onnxruntime({ provider, threads });
  try {
    const probe = await backend.probe();
    if (!probe.ok) return program.error(`${backend.name} is not usable here: ${probe.why}`);
    const sources = choose([...(await layerSources()), ...resizeConvSources, ...modelSources], bench);
    const run = await judge(backend, provider, filter);
    const path = resolve(out ?? `${reports}onnxruntime-${provider}.md`);
    await benchmarkInto(
      { provider, facts: machineFacts(), threads, run },
      { path, sources, compare: (source) => compareSource(source, { provider, seconds, threads }) },
    );
    console.log(`written to ${path}`);
  } finally {
    await backend.close();
  }
}

await program.action(report).parseAsync();
