import {
  type BackendRun,
  type CaseResult,
  cellText,
  countsOf,
  familyMatrix,
  isFailure,
} from '@polyphase/conformance';
import type { ProviderName } from '@polyphase/onnxruntime';
import type { Comparison } from '../onnxruntime/compare.ts';
import { comparisonTable, summaryText } from '../onnxruntime/summary.ts';
import { markdownTable } from '../report/table.ts';

export interface ProviderReport {
  readonly provider: ProviderName;
  readonly facts: readonly (readonly [what: string, value: string])[];
  readonly threads: number;
  readonly run: BackendRun;
  readonly comparisons: readonly Comparison[];
  /** Benchmarks without figures. */
  readonly failures: readonly { readonly name: string; readonly why: string }[];
}

export function reportMarkdown({
  provider,
  facts,
  threads,
  run,
  comparisons,
  failures,
}: ProviderReport): string {
  const command = `npm run report:${provider === 'cuda' ? 'cuda' : `cuda -- --provider ${provider}`}`;
  const parts = [
    `# onnxruntime on ${provider}`,
    `What \`${command}\` wrote on this machine:`,
    markdownTable({ head: ['', ''], rows: facts.map((row) => [...row]) }),
    '## Conformance',
    `${total(run)} in ${(run.time / 1000).toFixed(1)} s: all rows at every stage, the goldens of other frameworks, ONNX's node tests.`,
    markdownTable({
      head: ['family', 'cases'],
      rows: familyMatrix([run]).map(({ family, cells }) => [family, cellText(cells[0]!)]),
    }),
    ...linesUnder(
      'Wrong',
      run.results.filter(isFailure).map(({ name, detail }) => `${name}: ${detail}`),
    ),
    ...refused(run.results),
    '## Speed',
    `Times of a bare session over those of each, in turn, ${threads === 1 ? 'one thread' : `${threads} threads`} on the processor: the median of epochs with an interval of 95 %. A run takes its input from an array and gives its output as one.`,
    ...(comparisons.length > 0
      ? [markdownTable(comparisonTable(comparisons)), summaryText(comparisons).replaceAll('\n', '  \n')]
      : []),
    ...linesUnder(
      'Without figures',
      failures.map(({ name, why }) => `${name}: ${why}`),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

const total = ({ results }: BackendRun): string => cellText({ notRun: undefined, counts: countsOf(results) });

const linesUnder = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`### ${title}`, lines.map((line) => `- ${line.split('\n')[0]}`).join('\n')];

/** Refusals by their reason. */
function refused(results: readonly CaseResult[]): readonly string[] {
  const reasons = new Map<string, number>();
  for (const { status, reason = 'other' } of results)
    if (status === 'unsupported') reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  if (reasons.size === 0) return [];
  const rows = [...reasons].sort(([, a], [, b]) => b - a).map(([reason, count]) => [reason, `${count}`]);
  return ['### Refused', markdownTable({ head: ['reason', 'cases'], rows })];
}
