import { writeFile } from 'node:fs/promises';
import { onnxruntime } from '@polyphase/onnxruntime';
import type { CaseSource } from '../cases/models.ts';
import type { Options } from '../options.ts';
import { markdownTable, textTable } from '../report/table.ts';
import { type Comparison, compareCase } from './compare.ts';
import type { Where } from './contestants.ts';
import { comparisonTable, rowText, summarize, summaryText, verdictOf } from './summary.ts';

export interface OnnxruntimeOptions extends Where, Pick<Options, 'seconds'> {}

/** A case by a bare session, by another, and by the backend without its rewrites and with them. */
export async function compareSource(source: CaseSource, options: OnnxruntimeOptions): Promise<Comparison> {
  const comparison = await compareCase(await source.load(), {
    ...options,
    isDecided: (each) => verdictOf(each) !== 'open',
  });
  console.error(rowText(comparison));
  return comparison;
}

/** What the provider takes from the process, such as whether it may use TF32, is decided before a bare session is made. */
async function checkUsable(options: OnnxruntimeOptions): Promise<void> {
  const backend = onnxruntime(options);
  const probe = await backend.probe();
  await backend.close();
  if (!probe.ok) throw new Error(`${backend.name} is not usable here: ${probe.why}`);
}

/** A result that differs, or a case below what is asked for, makes the command fail. */
export async function runOnnxruntime(
  sources: readonly CaseSource[],
  { json, markdown, ...options }: OnnxruntimeOptions & Pick<Options, 'json' | 'markdown'>,
): Promise<void> {
  await checkUsable(options);
  const comparisons: Comparison[] = [];
  for (const source of sources) comparisons.push(await compareSource(source, options));
  const [table, text] = [comparisonTable(comparisons), summaryText(comparisons)];
  const summary = summarize(comparisons);
  console.log(`\n${textTable(table)}\n\n${text}`);
  if (json) await writeFile(json, `${JSON.stringify({ comparisons, summary }, null, 2)}\n`);
  if (markdown) await writeFile(markdown, `${markdownTable(table)}\n\n${text}\n`);
  if (summary.broken.length > 0) process.exitCode = 1;
}
