import { PolyphaseError } from '@polyphase/ir';
import type { Case, CaseContent } from './case.ts';
import type { Suite, SuiteRow } from './cases.ts';
import type { Sample } from './network.ts';
import { stages, stagesOf } from './stages.ts';
import { judge } from './tolerance/judge.ts';

/** Each row of the suites, at each stage that changes its graph: `suite/title/stage`. */
export const suiteCases = (suites: readonly Suite[]): readonly Case[] =>
  suites.flatMap(({ name, rows }) =>
    rows.flatMap((row) => {
      const sample = built(name, row);
      const content = once(() => contentOf(sample));
      return stagesOf(sample.graph).map(
        (stage): Case => ({
          name: `${name}/${row.title}/${stage}`,
          family: name,
          tolerance: { relative: 0, absolute: 0 },
          passes: stages[stage],
          load: async () => content(),
        }),
      );
    }),
  );

/** @throws the errors of the row's layers, which then name the row. */
function built(suite: string, row: SuiteRow): Sample {
  try {
    return row.build();
  } catch (error) {
    throw error instanceof PolyphaseError ? error.within(`${suite}/${row.title}`) : error;
  }
}

const contentOf = ({ model, graph, inputs }: Sample): CaseContent => ({
  model,
  dataSets: [{ name: 'row', inputs, ...judge(graph, inputs) }],
});

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
