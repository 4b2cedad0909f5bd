import { writeFile } from 'node:fs/promises';
import type { Arena } from './arena.ts';
import type { Options } from './options.ts';
import type { Result } from './race.ts';
import { chart } from './report/chart.ts';
import {
  absences,
  limitNote,
  limitTable,
  means,
  nativeNote,
  speedTable,
  startTable,
} from './report/summary.ts';
import { markdownTable, type Table, textTable } from './report/table.ts';

export interface Report extends Pick<Arena, 'machine' | 'relaxed' | 'native'> {
  readonly results: readonly Result[];
}

/** What a run is taken to include. */
export const handOver =
  'A run takes its input from an array and gives its output as one: polyphase cpu as a view of its memory, all others as a new array.';

/** Prints the tables of a report, and writes the files that are asked for. */
export async function printReport(report: Report, { json, markdown, svg }: Options): Promise<void> {
  const { machine, results } = report;
  console.log(`${machine}\n${handOver}\n\n${tablesOf(report, textTable)}`);
  if (json) await writeFile(json, `${JSON.stringify({ ...report, means: means(results) }, null, 2)}\n`);
  if (markdown)
    await writeFile(markdown, `${machine}\n\n${handOver}\n\n${tablesOf(report, markdownTable)}\n`);
  if (svg) await writeFile(svg, chart(results, { title: `Times faster than the peer: ${machine}` }));
}

const tablesOf = ({ relaxed, native, results }: Report, print: (table: Table) => string): string =>
  [
    print(speedTable(results)),
    limitNote,
    print(startTable(results)),
    print(limitTable(results, relaxed)),
    native === undefined ? '' : nativeNote(native),
    absences(results).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
