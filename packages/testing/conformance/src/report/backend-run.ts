import type { CaseResult, Status } from '../run.ts';

/** What one backend made of all cases. */
export interface BackendRun {
  readonly backend: string;
  /** Why it was not run; it has no results then. */
  readonly notRun?: string | undefined;
  readonly results: readonly CaseResult[];
  /** Milliseconds for all of them. */
  readonly time: number;
}

export const statuses = [
  'passed',
  'failed',
  'crashed',
  'unsupported',
  'gap',
] as const satisfies readonly Status[];

export const isFailure = ({ status }: CaseResult): boolean => status === 'failed' || status === 'crashed';

export type Counts = Readonly<Record<Status, number>>;

export function countsOf(results: readonly CaseResult[]): Counts {
  const counts = Object.fromEntries(statuses.map((status) => [status, 0])) as Record<Status, number>;
  for (const { status } of results) counts[status]++;
  return counts;
}

/** What a backend made of one family. */
export interface FamilyCell {
  readonly backend: string;
  readonly notRun: string | undefined;
  readonly counts: Counts;
}

/** The families in the order of their first case, with a cell for each backend. */
export function familyMatrix(
  runs: readonly BackendRun[],
): readonly { readonly family: string; readonly cells: readonly FamilyCell[] }[] {
  const families = new Set(runs.flatMap(({ results }) => results.map(({ family }) => family)));
  return [...families].map((family) => ({
    family,
    cells: runs.map(({ backend, notRun, results }) => ({
      backend,
      notRun,
      counts: countsOf(results.filter((result) => result.family === family)),
    })),
  }));
}

/** `35 passed`, `33 passed, 2 failed`, `not run`, `none`. */
export function cellText({ notRun, counts }: Pick<FamilyCell, 'notRun' | 'counts'>): string {
  if (notRun !== undefined) return 'not run';
  const parts = statuses.flatMap((status) => (counts[status] > 0 ? [`${counts[status]} ${status}`] : []));
  return parts.join(', ') || 'none';
}
