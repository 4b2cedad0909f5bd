import type { Graph } from '@polyphase/ir';
import { type Checkerboard, checkerboards } from './checkerboard/checkerboard.ts';
import { type Finding, findingOf, type LintRule, severities } from './finding.ts';
import { checkerboardRules } from './rules/checkerboard.ts';
import { resamplingRules } from './rules/resampling.ts';
import { transposedRules } from './rules/transposed.ts';
import { runtimeRules } from './runtimes/index.ts';

/** Everything that is looked for. */
export const lintRules: readonly LintRule[] = [
  ...transposedRules,
  ...resamplingRules,
  ...runtimeRules,
  ...checkerboardRules,
];

export interface LintReport {
  readonly layers: number;
  /** The worst first, then in the order of the layers. */
  readonly findings: readonly Finding[];
  readonly checkerboards: readonly Checkerboard[];
}

export interface LintOptions {
  /** Which runtimes are of interest; default: all. What is about the model itself is always told. */
  readonly runtime?: (name: string) => boolean;
}

/** What will bite in a graph as a frontend makes it, before the passes. Its sizes may be open: then less is known. */
export function lint(graph: Graph, { runtime = () => true }: LintOptions = {}): LintReport {
  const rules = lintRules.filter((rule) => rule.runtime === undefined || runtime(rule.runtime));
  const findings = graph.nodes.flatMap((node) =>
    rules.flatMap((rule) => {
      const what = rule.finds(node);
      return what === undefined ? [] : [findingOf(rule, node, what)];
    }),
  );
  const rank = ({ severity }: Finding): number => severities.indexOf(severity);
  return {
    layers: graph.nodes.length,
    findings: findings.toSorted((a, b) => rank(a) - rank(b)),
    checkerboards: checkerboards(graph),
  };
}
