import type { Node } from '@polyphase/ir';
import type { LintRule, Severity } from '../finding.ts';

/** What a runtime does with a layer that it should compute. */
export type Consequence = 'wrong' | 'refused' | 'fallback';

/** A known defect of a runtime: which layers it is about, and what happens. */
export interface Defect {
  readonly id: string;
  /** The runtime and the part of it, and the version that was seen to do it. */
  readonly runtime: string;
  readonly version: string;
  readonly consequence: Consequence;
  readonly title: string;
  readonly fix: string;
  /** Where it is known from, if not from our own runs. */
  readonly source?: string;
  finds(node: Node): string | undefined;
}

const severities: Readonly<Record<Consequence, Severity>> = {
  wrong: 'error',
  refused: 'warning',
  fallback: 'note',
};

const effects: Readonly<Record<Consequence, string>> = {
  wrong: 'computes it wrongly without a word',
  refused: 'refuses it, or fails when it runs',
  fallback: 'runs it elsewhere without a word',
};

export const ruleOfDefect = ({
  id,
  runtime,
  version,
  consequence,
  title,
  fix,
  source,
  finds,
}: Defect): LintRule => ({
  id,
  severity: severities[consequence],
  title,
  runtime,
  why: `${runtime} ${version} ${effects[consequence]}${source ? ` (${source})` : ''}`,
  fix,
  finds,
});
