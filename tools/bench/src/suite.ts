import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Case } from './cases/case.ts';
import { layerCase } from './cases/layers.ts';
import type { CaseSource } from './cases/models.ts';
import { type Field, fieldOf } from './contestants/index.ts';
import { Limits } from './limits/limits.ts';
import { relaxedSimdHere, turnOnRelaxedSimd } from './limits/relaxed.ts';
import type { Options } from './options.ts';
import { type RaceOptions, type Result, race, WrongResult } from './race.ts';
import { chart } from './report/chart.ts';
import { absences, limitNote, limitTable, means, speedTable, startTable } from './report/summary.ts';
import { markdownTable, type Table, textTable } from './report/table.ts';

/** Runs the cases one after another, prints what came out, and writes the files that are asked for. */
export async function runSuite(sources: readonly CaseSource[], options: Options): Promise<void> {
  // Before the first WebAssembly module: V8 reads the flag when it compiles.
  if (options.relaxedSimd) turnOnRelaxedSimd();
  const relaxed = options.relaxedSimd !== false && relaxedSimdHere();
  const machine = machineOf(options, relaxed);
  console.log(`${machine}\n`);
  const field = fieldOf(options.threads, { relaxedSimd: relaxed });
  const limits = await Limits.prepare(relaxed);
  await startRuntimes(field);
  const results: Result[] = [];
  for (const source of sources) {
    const result = await raceOrFault(await source.load(), field, { ...options, leastRuns: 3, limits });
    if (result) results.push(result);
  }
  const report = { machine, relaxed, results };
  console.log(`\n${tablesOf(report, textTable)}`);
  await writeFiles(report, options);
}

interface Report {
  readonly machine: string;
  readonly relaxed: boolean;
  readonly results: readonly Result[];
}

const machineOf = ({ threads }: Options, relaxed: boolean): string => {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  const count = threads === 1 ? 'one thread' : `${threads} threads`;
  return `${processor}, Node ${process.versions.node}, ${count}, ${relaxed ? 'relaxed' : 'plain'} SIMD`;
};

/** Loads every runtime and lets it run something small, so that no case pays for its start. */
async function startRuntimes({ ours, peers }: Field): Promise<void> {
  const smallest = layerCase({
    name: 'start',
    op: 'ConvTranspose',
    x: [1, 1, 2, 2],
    w: [1, 1, 2, 2],
    strides: [1, 1],
    pads: [0, 0, 0, 0],
    from: 'nowhere',
  });
  for (const runtime of [ours, ...peers]) {
    const contestant = await runtime.prepare(smallest);
    await contestant.run();
    await contestant.close();
  }
}

/** Undefined, and a failure of the whole, when our result is wrong: no time counts then. */
async function raceOrFault(network: Case, field: Field, options: RaceOptions): Promise<Result | undefined> {
  try {
    const result = await race(network, field, options);
    console.error(progressLine(result));
    return result;
  } catch (error) {
    if (!(error instanceof WrongResult)) throw error;
    console.error(`${network.name}: not timed: ${error.message}`);
    process.exitCode = 1;
    return undefined;
  }
}

const progressLine = ({ name, ours, peers }: Result): string => {
  const times = [ours, ...peers].map((each) =>
    'why' in each ? `${each.name} -` : `${each.name} ${each.median.toFixed(2)}`,
  );
  return `${name}: ${times.join(', ')}`;
};

const tablesOf = ({ relaxed, results }: Report, print: (table: Table) => string): string =>
  [
    print(speedTable(results)),
    limitNote,
    print(startTable(results)),
    print(limitTable(results, relaxed)),
    absences(results).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');

async function writeFiles(report: Report, { json, markdown, svg }: Options): Promise<void> {
  const { machine, relaxed, results } = report;
  if (json)
    await writeFile(
      json,
      `${JSON.stringify({ machine, relaxed, results, means: means(results) }, null, 2)}\n`,
    );
  if (markdown) await writeFile(markdown, `${machine}\n\n${tablesOf(report, markdownTable)}\n`);
  if (svg) await writeFile(svg, chart(results, { title: `Times faster than the peer: ${machine}` }));
}
