import { type Case, disputedByOnnx, matches, roundedByOnnx, runCases } from '@polyphase/conformance';
import { onnxTree } from '@polyphase/conformance/node';
import { checkWritable, writeBytes } from '@polyphase/files';
import { check } from '@polyphase/ir';
import { loadOnnx, readTensor } from '@polyphase/onnx';
import type { Backend } from '@polyphase/plugin';
import { Command } from 'commander';
import { requireUsable, withBackends } from '../backends.ts';
import { type BackendRun, conformanceJson, conformanceText, isFailure } from '../conformance-report.ts';
import { withProgress } from '../progress.ts';
import { backendOption } from './shared.ts';

interface ConformanceOptions {
  readonly backend: readonly string[];
  readonly filter?: string;
  readonly list?: boolean;
  readonly json?: string;
}

const help = `
DIR is any folder tree in the layout of ONNX's backend tests: folders with model.onnx, and in them test_data_set_N with
input_0.pb, ... and output_0.pb, ... Elements may differ by 1e-7 + 0.001 x the expected one, as in ONNX's own runner;
integers and bools must be equal. Each backend is checked alone.

passed: all outputs are right. failed: one is wrong. crashed: an error that should not be. unsupported: the model needs
what is not there. gap: ONNX's data is known to contradict its specification or other runtimes.

Examples:
  polyphase conformance onnx/backend/test/data/node
  polyphase conformance models --backend cpu --filter '*resize*' --json report.json
`;

export const conformanceCommand = (): Command =>
  new Command('conformance')
    .description('Check backends by models with known results.')
    .argument('<DIR...>', "folders in the layout of ONNX's backend tests")
    .addOption(backendOption('backends to check'))
    .option('--filter <GLOB>', 'only cases whose name or path matches, with * and ?')
    .option('--list', 'print the names of the cases instead of running them')
    .option('--json <FILE>', 'write the results to a file')
    .addHelpText('after', help)
    .action(runConformance);

async function runConformance(folders: readonly string[], options: ConformanceOptions): Promise<void> {
  const { backend, filter = '*', list, json } = options;
  const cases = await casesIn(folders, filter);
  if (list) return console.log(cases.map(({ name }) => name).join('\n'));
  if (json !== undefined) await checkWritable(json);
  const runs = await withBackends(backend, (backends) => runAll(cases, backends));
  if (json !== undefined) await writeBytes(json, `${JSON.stringify(conformanceJson(runs), null, 1)}\n`);
  console.log(conformanceText(runs));
  if (runs.some(({ results }) => results.some(isFailure))) process.exitCode = 1;
}

async function casesIn(folders: readonly string[], filter: string): Promise<readonly Case[]> {
  const readers = { loadModel: loadOnnx, readTensor };
  const all = (await Promise.all(folders.map((folder) => onnxTree(folder, readers)))).flat();
  const at = folders.join(', ');
  check(all.length > 0, 'PP5002', () => ({
    at,
    problem: 'there is no folder with a model.onnx in it',
    fix: "Give a folder tree in the layout of ONNX's backend tests",
  }));
  const cases = all.filter(({ name }) => matches(filter, name));
  check(cases.length > 0, 'PP5001', () => ({
    at: `--filter ${filter}`,
    problem: `none of the ${all.length} cases in ${at} has such a name`,
    fix: 'See their names with --list',
  }));
  return cases;
}

/** Cases under way at a time: while one waits for a file or for the engine to compile, another computes. */
const concurrency = 4;

async function runAll(cases: readonly Case[], backends: readonly Backend[]): Promise<readonly BackendRun[]> {
  const runs: BackendRun[] = [];
  for (const backend of backends) {
    const { name } = backend;
    await requireUsable(backend);
    const start = performance.now();
    const results = await withProgress(`${name}: 0 of ${cases.length}`, (progress) =>
      runCases(cases, backend, {
        gaps: name === 'reference' ? { ...disputedByOnnx, ...roundedByOnnx } : disputedByOnnx,
        concurrency,
        onProgress: (result, done, total) => progress.say(`${name}: ${done} of ${total}, ${result.name}`),
      }),
    );
    runs.push({ backend: name, results, time: performance.now() - start });
  }
  return runs;
}
