import { fork } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError } from 'commander';
import type { CaseSource } from '../cases/models.ts';
import { parseThreads } from '../options.ts';
import { digits } from '../report/summary.ts';
import { markdownTable, type Table, textTable } from '../report/table.ts';
import { medianTimes, type Times } from './times.ts';

export interface CompileOptions {
  readonly samples: number;
  readonly threads: number;
  readonly markdown?: string;
}

export const withCompileOptions = (command: Command): Command =>
  command
    .option('--samples <n>', 'processes of each runtime', parseSamples, 15)
    .option('--threads <n>', 'threads of every runtime', parseThreads, 1)
    .option('--markdown <file>', 'write the table to a file');

export function parseSamples(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1 to 9999.');
}

const runtimes = ['polyphase cpu', 'onnxruntime-node'] as const;
const note =
  'Milliseconds from the bytes of the model to what can run, each sample in a process of its own, medians; `modules` is importing the runtime and not in `all`.';

/** Prints how long every model takes to compile, by phase, on ours and on onnxruntime-node in turn. */
export async function runCompile(
  sources: readonly CaseSource[],
  { samples, threads, markdown }: CompileOptions,
): Promise<void> {
  const rows: { readonly name: string; readonly times: Times }[] = [];
  for (const { name } of sources) {
    const taken = runtimes.map((): Times[] => []);
    for (let sample = 0; sample < samples; sample++)
      for (const [i, runtime] of runtimes.entries()) taken[i]!.push(await timesOf(name, runtime, threads));
    for (const [i, runtime] of runtimes.entries())
      rows.push({ name: `${name} ${runtime}`, times: medianTimes(taken[i]!) });
  }
  const table = tableOf(rows);
  console.log(`${note}\n\n${textTable(table)}`);
  if (markdown) await writeFile(markdown, `${note}\n\n${markdownTable(table)}\n`);
}

function tableOf(rows: readonly { readonly name: string; readonly times: Times }[]): Table {
  const phases = [...new Set(rows.flatMap(({ times }) => Object.keys(times)))];
  const cell = (time: number | undefined): string => (time === undefined ? '' : digits(time));
  return {
    head: ['ms', ...phases],
    rows: rows.map(({ name, times }) => [name, ...phases.map((phase) => cell(times[phase]))]),
  };
}

/** @throws when the process fails. */
function timesOf(name: string, runtime: string, threads: number): Promise<Times> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('./child.js', import.meta.url)), [name, runtime, `${threads}`]);
    child.once('message', (times: Times) => resolve(times));
    child.once('exit', (code) => reject(new Error(`${name} on ${runtime} ended with code ${code}`)));
  });
}
