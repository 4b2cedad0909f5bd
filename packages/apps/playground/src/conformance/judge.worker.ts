import {
  type BackendRun,
  type CaseResult,
  countsOf,
  familyMatrix,
  isFailure,
  reportHtml,
  reportJson,
  runCases,
  suiteCases,
  suites,
} from '@polyphase/conformance';
import { PolyphaseError } from '@polyphase/ir';
import { expose } from 'comlink';
import { openBackend } from '../models/open.ts';
import type { BackendName } from '../models/protocol.ts';
import type { FamilyCount, Judge, Progress, Report } from './protocol.ts';

/** How often the page hears of it: every so many cases. */
const stride = 20;

async function run(name: BackendName, progress: (now: Progress) => void): Promise<Report> {
  const backend = await openBackend(name);
  const probe = await backend.probe();
  if (!probe.ok)
    throw new PolyphaseError('PP3002', {
      at: name,
      problem: `it is not usable here: ${probe.why}`,
      fix: 'Choose another backend',
    });
  const cases = suiteCases(suites);
  const totals = new Map<string, number>();
  for (const { family } of cases) totals.set(family, (totals.get(family) ?? 0) + 1);
  const so: CaseResult[] = [];
  const start = performance.now();
  const results = await runCases(cases, backend, {
    concurrency: 4,
    onProgress(result, done, total) {
      so.push(result);
      if (done % stride === 0 || done === total) progress({ done, total, families: familiesOf(so, totals) });
    },
  });
  await backend.close();
  const runs: readonly BackendRun[] = [{ backend: name, results, time: performance.now() - start }];
  const wrong = results.filter(isFailure).map((result) => ({ name: result.name, detail: result.detail }));
  return {
    wrong,
    json: `${JSON.stringify(reportJson(runs), null, 2)}\n`,
    html: reportHtml(runs, { title: `Polyphase conformance: ${name}`, subtitle: navigator.userAgent }),
  };
}

function familiesOf(
  results: readonly CaseResult[],
  totals: ReadonlyMap<string, number>,
): readonly FamilyCount[] {
  const matrix = familyMatrix([{ backend: '', results, time: 0 }]);
  const counts = new Map(matrix.map(({ family, cells }) => [family, cells[0]!.counts]));
  return [...totals].map(([family, total]) => ({ family, total, ...(counts.get(family) ?? countsOf([])) }));
}

const judge: Judge = {
  run: (backend, progress) =>
    run(backend, progress).catch((error: unknown) => ({
      failed: error instanceof Error ? error.message : String(error),
    })),
};

expose(judge);
