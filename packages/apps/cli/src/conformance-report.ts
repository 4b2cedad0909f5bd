import type { CaseResult, Status } from '@polyphase/conformance';
import { duration, plural, table, wrap } from './text.ts';

/** What one backend made of all cases. */
export interface BackendRun {
  readonly backend: string;
  readonly results: readonly CaseResult[];
  /** Milliseconds for all of them. */
  readonly time: number;
}

const statuses = ['passed', 'failed', 'crashed', 'unsupported', 'gap'] as const satisfies readonly Status[];

export const isFailure = ({ status }: CaseResult): boolean => status === 'failed' || status === 'crashed';

const withStatus = (results: readonly CaseResult[], status: Status): readonly CaseResult[] =>
  results.filter((result) => result.status === status);

/** The promised JSON: `{ backends: { NAME: { passed, failed, crashed, unsupported, gap, cases } } }`. */
export const conformanceJson = (runs: readonly BackendRun[]): unknown => ({
  backends: Object.fromEntries(
    runs.map(({ backend, results }) => [
      backend,
      {
        ...Object.fromEntries(statuses.map((status) => [status, withStatus(results, status).length])),
        cases: results.map(({ name, status, detail, maxError }) => ({
          name,
          status,
          detail,
          maxError: maxError ?? null,
        })),
      },
    ]),
  ),
});

/** A table of counts, then everything that did not pass, with its reason. */
export function conformanceText(runs: readonly BackendRun[]): string {
  const rows = runs.map(({ backend, results, time }) => [
    backend,
    ...statuses.map((status) => withStatus(results, status).length),
    duration(time),
  ]);
  const sections = runs.flatMap(({ backend, results }) => [
    ...(['failed', 'crashed', 'gap'] as const).flatMap((status) =>
      listed(backend, status, withStatus(results, status)),
    ),
    ...grouped(backend, withStatus(results, 'unsupported')),
  ]);
  return [...sections, table(['backend', ...statuses, 'time'], rows)].join('\n\n');
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
