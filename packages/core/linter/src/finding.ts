import type { Node } from '@polyphase/ir';

/** error: results differ silently between runtimes. warning: something refuses or looks wrong. note: good to know. */
export const severities = ['error', 'warning', 'note'] as const;
export type Severity = (typeof severities)[number];

export interface Finding {
  /** Stable: `PL001`. */
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly layer: string;
  /** The operator as the file names it, else as the graph does. */
  readonly op: string;
  readonly what: string;
  /** Where that is known from. */
  readonly why: string;
  readonly fix: string;
  /** The runtime that it is about; missing when it is about the model itself. */
  readonly runtime?: string;
}

/** One thing that bites. */
export interface LintRule {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  readonly runtime?: string;
  /** What is wrong with the layer, with its own numbers; undefined when nothing is. Never throws. */
  finds(node: Node): string | undefined;
}

export const findingOf = (
  { id, severity, title, why, fix, runtime }: LintRule,
  node: Node,
  what: string,
): Finding => ({
  id,
  severity,
  title,
  layer: node.name,
  op: node.origin?.op ?? node.op,
  what,
  why,
  fix,
  ...(runtime === undefined ? {} : { runtime }),
});
