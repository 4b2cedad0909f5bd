import { writeFile } from 'node:fs/promises';
import {
  type BackendRun,
  type CaseResult,
  gapOf,
  isFailure,
  reportHtml,
  reportJson,
  reportJunit,
  runCases,
  runLaw,
  withGap,
} from '@polyphase/conformance';
import { checkWritable } from '@polyphase/files';
import { PolyphaseError } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { Command } from 'commander';
import { withBackends } from '../backends.ts';
import { gapsOf, type Selection, selectCases } from '../conformance-cases.ts';
import { conformanceText } from '../conformance-report.ts';
import { withProgress } from '../progress.ts';
import { plural } from '../text.ts';
import { backendOption } from './shared.ts';

interface ConformanceOptions {
  readonly backend: readonly string[];
  readonly filter: string;
  readonly list?: boolean;
  readonly json?: string;
  readonly html?: string;
  readonly junit?: string;
}

const help = `
Without DIR the suites of this project are run: rows of single layers and small networks before and after the compiler's
passes, laws, and in the repository the results of other frameworks. What an element may be off is derived from the
number of its roundings.

DIR is any folder tree in the layout of ONNX's backend tests: folders with model.onnx, and in them test_data_set_N with
input_0.pb, ... and output_0.pb, ... Elements may differ by 1e-7 + 0.001 x the expected one, as in ONNX's own runner;
integers and bools must be equal.

Each backend is checked alone. passed: all outputs are right. failed: one is wrong. crashed: an error that should not
be. unsupported: the model needs what is not there. gap: known, with its reason; one that passes fails. not run: the
backend is not usable here, which fails if POLYPHASE_REQUIRE=NAME,... has its name. Exit code 1 for failed and crashed.

Examples:
  polyphase conformance --html report.html
  polyphase conformance --backend cpu --filter 'conv-transpose/*'
  polyphase conformance onnx/backend/test/data/node --json report.json --junit report.xml
`;

export const conformanceCommand = (): Command =>
  new Command('conformance')
    .description('Check backends by cases with known results.')
    .argument('[DIR...]', "folders in the layout of ONNX's backend tests")
    .addOption(backendOption('backends to check'))
    .option('--filter <GLOB>', 'only cases whose name or path matches, with * and ?', '*')
    .option('--list', 'print the names of the cases instead of running them')
    .option('--json <FILE>', 'write the results to a file')
    .option('--html <FILE>', 'write them as a page to read and search in')
    .option('--junit <FILE>', "write them as JUnit's XML")
    .addHelpText('after', help)
    .action(runConformance);

async function runConformance(folders: readonly string[], options: ConformanceOptions): Promise<void> {
  const { backend, filter, list, json, html, junit } = options;
  for (const file of [json, html, junit]) if (file !== undefined) await checkWritable(file);
  const selection = await withProgress('reading cases', () => selectCases(folders, filter));
  if (list) return console.log(namesOf(selection).join('\n'));
  const runs = await withBackends(backend, (backends) => runAll(selection, backends));
  if (json !== undefined) await writeFile(json, `${JSON.stringify(reportJson(runs), null, 1)}\n`);
  if (html !== undefined) await writeFile(html, reportHtml(runs, pageOptions(folders, selection)));
  if (junit !== undefined) await writeFile(junit, reportJunit(runs));
  console.log(conformanceText(runs));
  if (runs.some(isUnwanted)) process.exitCode = 1;
}

const namesOf = ({ cases, laws }: Selection): readonly string[] => [
  ...cases.map(({ name }) => name),
  ...laws.map(({ name }) => `laws/${name}`),
];

const isUnwanted = ({ backend, notRun, results }: BackendRun): boolean =>
  results.some(isFailure) || (notRun !== undefined && required().includes(backend));

/** Backends that must be there. */
const required = (): readonly string[] => (process.env.POLYPHASE_REQUIRE ?? '').split(',');

const pageOptions = (folders: readonly string[], selection: Selection) => ({
  title: 'Conformance of Polyphase backends',
  subtitle: [
    folders.length > 0 ? folders.join(', ') : "Polyphase's own suites",
    plural(namesOf(selection).length, 'case'),
    `Node ${process.version}, ${process.platform} ${process.arch}`,
    new Date().toISOString(),
  ].join(' · '),
});

/** @throws PP3002 when no backend is usable. */
async function runAll(selection: Selection, backends: readonly Backend[]): Promise<readonly BackendRun[]> {
  const runs: BackendRun[] = [];
  for (const backend of backends) {
    const probe = await backend.probe();
    runs.push(
      probe.ok
        ? await runOne(selection, backend)
        : { backend: backend.name, notRun: probe.why, results: [], time: 0 },
    );
  }
  if (runs.some(({ notRun }) => notRun === undefined)) return runs;
  throw new PolyphaseError('PP3002', {
    at: 'polyphase conformance',
    problem: runs.map(({ backend, notRun }) => `${backend} is not usable: ${notRun}`).join('; '),
    fix: 'Give a backend that this machine can use with --backend',
  });
}

/** Cases under way at a time: while one waits for a file or for the engine to compile, another computes. */
const concurrency = 4;

async function runOne({ cases, laws }: Selection, backend: Backend): Promise<BackendRun> {
  const { name } = backend;
  const gaps = gapsOf(name);
  const start = performance.now();
  const results = await withProgress(`${name}: 0 of ${cases.length}`, async (progress) => {
    const judged: CaseResult[] = [
      ...(await runCases(cases, backend, {
        gaps,
        concurrency,
        onProgress: (result, done, total) => progress.say(`${name}: ${done} of ${total}, ${result.name}`),
      })),
    ];
    for (const law of laws) {
      progress.say(`${name}: ${law.name}`);
      judged.push(withGap(await runLaw(law, backend), gapOf(`laws/${law.name}`, gaps)));
    }
    return judged;
  });
  return { backend: name, results, time: performance.now() - start };
}
