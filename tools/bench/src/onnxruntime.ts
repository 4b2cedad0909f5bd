import { writeFile } from 'node:fs/promises';
import { onnxruntime, type ProviderName } from '@polyphase/onnxruntime';
import { compile, tensor } from 'polyphase';
import type { Case } from './cases/case.ts';
import type { CaseSource } from './cases/models.ts';
import type { Contestant } from './contestants/contestant.ts';
import { onnxruntimeNode } from './contestants/onnxruntime.ts';
import { measure, type Timing } from './measure.ts';
import type { Options } from './options.ts';
import { digits, geometricMean } from './report/summary.ts';
import { markdownTable, type Table, textTable } from './report/table.ts';
import { relativeError, toleranceOf } from './work.ts';

export interface OnnxruntimeOptions extends Pick<Options, 'seconds' | 'threads' | 'json' | 'markdown'> {
  readonly provider: ProviderName;
}

/** A bare session against the backend, with the graph as it is and with everything that it does for speed. */
export interface Comparison {
  readonly name: string;
  readonly bare: Timing;
  readonly asItIs: Timing;
  readonly rewritten: Timing;
  /** The rules and forms that fired. */
  readonly changes: readonly string[];
}

// Of the fastest blocks: what else the machine does only adds to the others.
const overhead = ({ bare, asItIs }: Comparison): number => asItIs.least / bare.least - 1;
const gain = ({ bare, rewritten }: Comparison): number => bare.least / rewritten.least;

/** Below this a model's time is mostly that of a call. */
const leastTime = 5;

interface Summary {
  /** The most that the backend adds to a model of some length. */
  readonly overhead: number | undefined;
  /** Geometric mean of the gains where something changed, and the least gain elsewhere. */
  readonly gain: number | undefined;
  readonly least: number | undefined;
}

export function summarize(comparisons: readonly Comparison[]): Summary {
  const long = comparisons.filter(({ bare }) => bare.least >= leastTime);
  const changed = comparisons.filter(({ changes }) => changes.length > 0);
  const others = comparisons.filter(({ changes }) => changes.length === 0);
  return {
    overhead: long.length > 0 ? Math.max(...long.map(overhead)) : undefined,
    gain: changed.length > 0 ? geometricMean(changed.map(gain)) : undefined,
    least: others.length > 0 ? Math.min(...others.map(gain)) : undefined,
  };
}

/** Runs every case three ways in turn; a result that differs makes the command fail. */
export async function compareOnnxruntime(
  sources: readonly CaseSource[],
  options: OnnxruntimeOptions,
): Promise<readonly Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const source of sources) {
    const comparison = await compareCase(await source.load(), options);
    console.error(`${comparison.name}: ${digits(gain(comparison))}`);
    comparisons.push(comparison);
  }
  return comparisons;
}

export async function runOnnxruntime(
  sources: readonly CaseSource[],
  options: OnnxruntimeOptions,
): Promise<void> {
  const comparisons = await compareOnnxruntime(sources, options);
  console.log(`\n${textTable(onnxruntimeTable(comparisons))}\n\n${summaryText(comparisons)}`);
  const { json, markdown } = options;
  if (json)
    await writeFile(json, `${JSON.stringify({ comparisons, summary: summarize(comparisons) }, null, 2)}\n`);
  if (markdown)
    await writeFile(
      markdown,
      `${markdownTable(onnxruntimeTable(comparisons))}\n\n${summaryText(comparisons)}\n`,
    );
}

async function compareCase(
  network: Case,
  { provider, threads, seconds }: OnnxruntimeOptions,
): Promise<Comparison> {
  const bare = await onnxruntimeNode(threads, provider).prepare(network);
  const asItIs = await ours(network, provider, threads, false);
  const rewritten = await ours(network, provider, threads, true);
  const all = [bare, asItIs.contestant, rewritten.contestant];
  try {
    const expected = await bare.run();
    const tolerance = toleranceOf(network.model().graph(new Map([[network.feed.name, network.feed]])));
    for (const { name, run } of all.slice(1)) {
      const error = relativeError(await run(), expected);
      if (!(error <= tolerance))
        throw new Error(
          `${network.name}: ${name} is off by ${error} of the largest element, ${tolerance} is allowed`,
        );
    }
    const count = await runsIn(blockTime, bare);
    const blocks = all.map((each) => ({ run: () => runTimes(count, each) }));
    const timings = await measure(blocks, { seconds, leastRuns: 7, shuffled: true });
    const [a, b, c] = timings.map((timing) => ofOne(timing, count));
    return { name: network.name, bare: a!, asItIs: b!, rewritten: c!, changes: rewritten.changes };
  } finally {
    for (const { close } of all) await close();
  }
}

/**
 * Milliseconds that are timed as one. The garbage of a run is collected in a later one, so that runs timed apart would pay
 * for it by chance.
 */
const blockTime = 40;

async function runsIn(milliseconds: number, contestant: Contestant): Promise<number> {
  const start = performance.now();
  await contestant.run();
  return Math.max(Math.ceil(milliseconds / (performance.now() - start)), 1);
}

async function runTimes(count: number, contestant: Contestant): Promise<void> {
  for (let i = 0; i < count; i++) await contestant.run();
}

const ofOne = ({ least, median, runs }: Timing, count: number): Timing => ({
  least: least / count,
  median: median / count,
  runs: runs * count,
});

async function ours({ model, feed }: Case, provider: ProviderName, threads: number, rewrites: boolean) {
  const backend = onnxruntime({ provider, threads, rewrites });
  const x = tensor(feed.data, feed.shape);
  const inputs = { [feed.name]: x };
  const compiled = await compile(model(), {
    backends: [backend],
    strict: true,
    ...(!rewrites && { passes: [] }),
  });
  const { fired, regions } = await compiled.prepare(inputs);
  const contestant: Contestant = {
    name: rewrites ? 'the backend' : 'the backend without rewrites',
    run: async () => Object.values(await compiled.run(inputs))[0]!.data as Float32Array,
    async close() {
      await compiled.close();
      await backend.close();
    },
  };
  const forms = regions.flatMap(({ program }) =>
    program.report.steps.flatMap(({ kernel }) => kernel.split(', ').slice(1)),
  );
  return { contestant, changes: [...new Set([...fired.map(({ rule }) => rule), ...forms])] };
}

export const onnxruntimeTable = (comparisons: readonly Comparison[]): Table => ({
  head: ['least ms', 'bare session', 'as it is', 'overhead', 'with rewrites', 'gain', 'what changed'],
  rows: comparisons.map((each) => [
    each.name,
    digits(each.bare.least),
    digits(each.asItIs.least),
    `${(100 * overhead(each)).toFixed(1)} %`,
    digits(each.rewritten.least),
    digits(gain(each)),
    each.changes.join(', ') || '-',
  ]),
});

export function summaryText(comparisons: readonly Comparison[]): string {
  const { overhead, gain, least } = summarize(comparisons);
  const lines = [
    overhead !== undefined && `overhead from ${leastTime} ms on: ${(100 * overhead).toFixed(1)} % at most`,
    gain !== undefined && `gain where something changed: ${digits(gain)} (geometric mean)`,
    least !== undefined && `least gain elsewhere: ${digits(least)}`,
  ];
  return lines.filter((line) => line !== false).join('\n');
}
