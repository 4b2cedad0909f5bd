import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { program } from 'commander';
import { contestants } from './contestants.ts';
import { measure, type Timing } from './measure.ts';
import { type ModelCase, modelCases } from './models.ts';

interface Result {
  readonly name: string;
  readonly timings: readonly Timing[];
}

interface Options {
  readonly seconds: string;
  readonly json?: string;
  readonly relaxedSimd?: boolean;
}

program
  .name('bench')
  .description('Whole models on one thread: polyphase cpu against onnxruntime, in turn, in one process.')
  .argument('<suite>', 'models')
  .argument('[name...]', 'cases of the suite; default: all')
  .option('--seconds <n>', 'time for each case', '15')
  .option('--json <file>', 'write the figures to a file')
  .option('--relaxed-simd', 'turn on relaxed SIMD where V8 has it behind a flag (Node 20)')
  .action(bench);

await program.parseAsync();

async function bench(suite: string, names: readonly string[], options: Options): Promise<void> {
  if (suite !== 'models') program.error(`error: there is no suite '${suite}'; the suites are: models`);
  const known = new Map(modelCases.map((each) => [each.name, each]));
  const chosen = names.length === 0 ? modelCases : names.map((name) => known.get(name) ?? unknownCase(name));
  const seconds = Number(options.seconds);
  if (!(seconds > 0)) program.error(`error: --seconds is '${options.seconds}'; give a number above 0`);
  // Before the first WebAssembly module: V8 reads the flag when it compiles.
  if (options.relaxedSimd) setFlagsFromString('--experimental-wasm-relaxed-simd');
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}, one thread\n`);
  const results: Result[] = [];
  for (const modelCase of chosen) {
    const result = await runCase(modelCase, seconds);
    console.log(table(result));
    results.push(result);
  }
  if (options.json) await writeFile(options.json, `${JSON.stringify(results, null, 2)}\n`);
}

const unknownCase = (name: string): never =>
  program.error(
    `error: there is no case '${name}'; the cases are: ${modelCases.map((each) => each.name).join(', ')}`,
  );

async function runCase({ name, load, feed }: ModelCase, seconds: number): Promise<Result> {
  const bytes = await load();
  const made = [];
  for (const make of contestants) made.push(await make(bytes, feed()));
  const timings = await measure(made, { seconds, leastRuns: 5 });
  for (const contestant of made) await contestant.close();
  return { name, timings };
}

function table({ name, timings }: Result): string {
  const ours = timings[0]!.median;
  const rows = timings.map(({ name: who, first, least, median, runs }) =>
    [
      who.padEnd(22),
      ms(first),
      ms(least),
      ms(median),
      (median / ours).toFixed(2).padStart(8),
      String(runs).padStart(6),
    ].join(''),
  );
  const head = `${name.padEnd(22)}${['first ms', 'least ms', 'median ms'].map((h) => h.padStart(11)).join('')}   ratio  runs`;
  return [head, ...rows, ''].join('\n');
}

const ms = (time: number): string => time.toFixed(1).padStart(11);
