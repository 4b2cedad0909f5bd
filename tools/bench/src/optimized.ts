import { writeFile } from 'node:fs/promises';
import { exportPipeline, runPasses } from '@polyphase/compiler';
import { exportOnnx } from '@polyphase/onnx';
import { inFasterForms } from '@polyphase/onnxruntime';
import type { Case } from './cases/case.ts';
import type { CaseSource } from './cases/models.ts';
import { onnxruntimeNode } from './contestants/onnxruntime.ts';
import { measure, type Timing } from './measure.ts';
import type { Options } from './options.ts';
import { digits, geometricMean } from './report/summary.ts';
import { markdownTable, type Table, textTable } from './report/table.ts';
import { relativeError, toleranceOf } from './work.ts';

/** A file against the one that `polyphase optimize` makes of it, in onnxruntime-node. */
interface Comparison {
  readonly name: string;
  readonly rewrites: number;
  /** Missing where nothing was rewritten: the two files are one then. */
  readonly times?: { readonly file: Timing; readonly optimized: Timing };
}

const ratioOf = ({ times }: Comparison): number => (times ? times.file.median / times.optimized.median : 1);

/** Slower by more than this is a rewrite that does not belong into the set; less is the noise of a shared machine. */
const noise = 0.95;

/** Runs every case both ways; a result that differs, or a file that became slower, makes the command fail. */
export async function runOptimized(sources: readonly CaseSource[], options: Options): Promise<void> {
  const comparisons: Comparison[] = [];
  for (const source of sources) {
    const comparison = await compareFiles(await source.load(), options);
    console.error(`${comparison.name}: ${digits(ratioOf(comparison))}`);
    comparisons.push(comparison);
  }
  const table = tableOf(comparisons);
  console.log(`\n${textTable(table)}`);
  const { json, markdown } = options;
  if (json) await writeFile(json, `${JSON.stringify({ comparisons }, null, 2)}\n`);
  if (markdown) await writeFile(markdown, `${markdownTable(table)}\n`);
  const slower = comparisons.filter((each) => ratioOf(each) < noise);
  for (const each of slower) console.error(`${each.name} is slower than the file as it was`);
  if (slower.length > 0) process.exitCode = 1;
}

async function compareFiles(network: Case, { seconds, threads }: Options): Promise<Comparison> {
  const { name, feed } = network;
  const source = network.model().graph(new Map([[feed.name, feed]]));
  const { graph: rewritten, fired } = runPasses(source, exportPipeline);
  const graph = inFasterForms(rewritten);
  if (fired.length === 0 && graph.nodes.every((node, i) => node === rewritten.nodes[i]))
    return { name, rewrites: 0 };
  const runtime = onnxruntimeNode(threads);
  const file = await runtime.prepare(network);
  const optimized = await runtime.prepare({ ...network, onnx: exportOnnx(graph) });
  try {
    const error = relativeError(await optimized.run(), await file.run());
    const tolerance = toleranceOf(source);
    if (error > tolerance)
      throw new Error(
        `${name}: the outputs differ by ${error} of the largest element, ${tolerance} is allowed`,
      );
    const [before, after] = await measure([file, optimized], { seconds, leastRuns: 5 });
    return { name, rewrites: fired.length, times: { file: before!, optimized: after! } };
  } finally {
    await Promise.all([file.close(), optimized.close()]);
  }
}

const tableOf = (comparisons: readonly Comparison[]): Table => ({
  head: ['median ms in onnxruntime-node', 'file', 'optimized', 'ratio', 'rewrites'],
  rows: [
    ...comparisons.map((each) => [
      each.name,
      each.times ? digits(each.times.file.median) : '-',
      each.times ? digits(each.times.optimized.median) : '-',
      digits(ratioOf(each)),
      `${each.rewrites}`,
    ]),
    ['geometric mean', '-', '-', digits(geometricMean(comparisons.map(ratioOf))), '-'],
  ],
});
