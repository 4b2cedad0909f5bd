import type { CaseResult } from '../run.ts';
import { type BackendRun, countsOf } from './backend-run.ts';

/**
 * `{ backends: { NAME: { passed, failed, crashed, unsupported, gap, notRun?, cases: [{ name, family, status, detail,
 * maxError, finding?, layers?, about? }] } } }`. Numbers that JSON has not are words: "NaN", "Infinity".
 */
export const reportJson = (runs: readonly BackendRun[]): unknown => ({
  backends: Object.fromEntries(
    runs.map(({ backend, notRun, results }) => [
      backend,
      { ...countsOf(results), ...(notRun !== undefined && { notRun }), cases: results.map(caseJson) },
    ]),
  ),
});

function caseJson({ name, family, status, detail, maxError, finding, layers, about }: CaseResult): unknown {
  return {
    name,
    family,
    status,
    detail,
    maxError: maxError ?? null,
    ...(about && { about }),
    ...(finding && {
      finding: {
        ...finding,
        expected: jsonNumber(finding.expected),
        actual: jsonNumber(finding.actual),
        allowed: jsonNumber(finding.allowed),
      },
    }),
    ...(layers && { layers }),
  };
}

const jsonNumber = (value: number | bigint): number | string =>
  typeof value === 'number' && Number.isFinite(value) ? value : `${value}`;
