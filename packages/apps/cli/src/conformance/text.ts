import {
  type BackendRun,
  type CaseResult,
  cellText,
  countsOf,
  familyMatrix,
  type Status,
  statuses,
} from '@polyphase/conformance';
import { duration, plural, table, wrap } from '../text.ts';

const withStatus = (results: readonly CaseResult[], status: Status): readonly CaseResult[] =>
  results.filter((result) => result.status === status);

/** Everything that did not pass, with its reason; then the tables of families and of counts. */
export function conformanceText(runs: readonly BackendRun[]): string {
  const rows = runs.map(({ backend, notRun, results, time }) =>
    notRun === undefined
      ? [backend, ...Object.values(countsOf(results)), duration(time)]
      : [backend, ...statuses.map(() => ''), 'not run'],
  );
  const sections = runs.flatMap(({ backend, notRun, results }) => [
    ...(notRun === undefined ? [] : [`${backend}: not run (${notRun})`]),
    ...(['failed', 'crashed', 'gap'] as const).flatMap((status) =>
      listed(backend, status, withStatus(results, status)),
    ),
    ...grouped(backend, withStatus(results, 'unsupported')),
  ]);
  return [...sections, ...families(runs), table(['backend', ...statuses, 'time'], rows)].join('\n\n');
}

/** What each backend made of each family; of a single family the counts say it all. */
function families(runs: readonly BackendRun[]): readonly string[] {
  const matrix = familyMatrix(runs);
  if (matrix.length < 2) return [];
  const rows = matrix.map(({ family, cells }) => [family, ...cells.map(cellText)]);
  return [table(['family', ...runs.map(({ backend }) => backend)], rows)];
}

const listed = (backend: string, status: Status, cases: readonly CaseResult[]): readonly string[] =>
  cases.length === 0
    ? []
    : [
        [
          `${backend}: ${cases.length} ${status}`,
          ...cases.map(({ name, detail }) => `  ${name}: ${detail}`),
        ].join('\n'),
      ];

/** Unsupported cases by what they have in common, most first. */
function grouped(backend: string, cases: readonly CaseResult[]): readonly string[] {
  if (cases.length === 0) return [];
  const groups = new Map<string, string[]>();
  for (const { name, reason = 'other' } of cases) groups.set(reason, [...(groups.get(reason) ?? []), name]);
  const lines = [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([reason, names]) => `  ${reason} (${plural(names.length, 'case')})\n${wrap(names, '      ')}`);
  return [[`${backend}: ${cases.length} unsupported`, ...lines].join('\n')];
}
