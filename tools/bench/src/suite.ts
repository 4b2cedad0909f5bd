import { arenas } from './arena.ts';
import type { Case } from './cases/case.ts';
import { layerCase } from './cases/layers.ts';
import type { CaseSource } from './cases/models.ts';
import type { Field } from './contestants/index.ts';
import type { Options } from './options.ts';
import { printReport } from './print.ts';
import { type RaceOptions, type Result, race, WrongResult } from './race.ts';

/** Runs the cases one after another, prints what came out, and writes the files that are asked for. */
export async function runSuite(sources: readonly CaseSource[], options: Options): Promise<void> {
  const { field, limits, ...machine } = await arenas[options.backend](options);
  await startRuntimes(field);
  const results: Result[] = [];
  for (const source of sources) {
    const result = await raceOrFault(await source.load(), field, {
      ...options,
      leastRuns: 3,
      limits,
      block: options.threads > 1 ? 20 : 0,
    });
    if (result) results.push(result);
  }
  await printReport({ ...machine, results }, options);
}

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
    if (runtime.refuses?.(smallest) !== undefined) continue;
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
