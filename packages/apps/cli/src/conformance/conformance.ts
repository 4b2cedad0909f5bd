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
import { withBackends } from '../backends.ts';
import type { ConformanceOptions } from '../commands/conformance.ts';
import { withProgress } from '../progress.ts';
import { plural } from '../text.ts';
import { gapsOf, type Selection, selectCases } from './cases.ts';
import { conformanceText } from './text.ts';

export async function runConformance(folders: readonly string[], options: ConformanceOptions): Promise<void> {
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
  const gaps = await gapsOf(name);
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
