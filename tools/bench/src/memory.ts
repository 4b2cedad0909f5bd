import { fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { CaseSource } from './cases/models.ts';
import { fieldOf } from './contestants/index.ts';
import { parseThreads } from './options.ts';
import type { Peak } from './peak.ts';
import { digits } from './report/summary.ts';
import { markdownTable, type Table, textTable } from './report/table.ts';

export interface MemoryOptions {
  readonly threads: number;
  readonly markdown?: string;
}

export const withMemoryOptions = (command: Command): Command =>
  command
    .option('--threads <n>', 'threads of every runtime', parseThreads, 1)
    .option('--markdown <file>', 'write the table to a file');

const note =
  'The most memory that a process of its own has at any time while it compiles the case and runs it three times, Node itself and the file included.';

/** Prints the peak memory of every case on every runtime. */
export async function runMemory(
  sources: readonly CaseSource[],
  { threads, markdown }: MemoryOptions,
): Promise<void> {
  const { ours, peers } = fieldOf(threads, {});
  const names = [ours, ...peers].map(({ name }) => name);
  const rows: string[][] = [];
  for (const source of sources) {
    const cells: string[] = [source.name];
    for (const name of names) cells.push(textOf(await peakOf(source.name, name, threads)));
    rows.push(cells);
  }
  const table: Table = { head: ['peak MB', ...names], rows };
  console.log(`${note}\n\n${textTable(table)}`);
  if (markdown) await writeFile(markdown, `${note}\n\n${markdownTable(table)}\n`);
}

const textOf = ({ bytes }: Peak): string => (bytes === undefined ? '-' : digits(bytes / 1e6));

/** @throws when the process fails. */
function peakOf(name: string, runtime: string, threads: number): Promise<Peak> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./peak.js', import.meta.url)), [name, runtime, `${threads}`]);
    child.once('message', (peak: Peak) => resolve(peak));
    child.once('exit', (code) => reject(new Error(`${name} on ${runtime} ended with code ${code}`)));
  });
}
