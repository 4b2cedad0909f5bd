import { type Pass, pipeline, runPasses } from '@polyphase/compiler';
import type { Graph } from '@polyphase/ir';

/**
 * How far the compiler takes a graph before the backend has it: not at all, to its simplest spelling, or all the way. So
 * the rows test the rewrites too.
 */
export const stages = {
  raw: [],
  canonical: pipeline.filter(({ name }) => name === 'simplify'),
  full: pipeline,
} as const satisfies Readonly<Record<string, readonly Pass[]>>;

export type Stage = keyof typeof stages;

/** The stages that make something else of a graph, `raw` among them: the others would run the same layers again. */
export const stagesOf = (graph: Graph): readonly Stage[] =>
  (Object.keys(stages) as Stage[]).filter(
    (stage) => stage === 'raw' || runPasses(graph, stages[stage]).graph !== graph,
  );
