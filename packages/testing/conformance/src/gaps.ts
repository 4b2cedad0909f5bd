/**
 * What a backend is known not to do: patterns over names of cases, with `*` for any characters and `?` for one, and why.
 */
export type Gaps = Readonly<Record<string, string>>;

const expressions = new Map<string, RegExp>();

/** Whether a pattern stands for the whole name or for what follows its last `/`. */
export function matches(pattern: string, name: string): boolean {
  let expression = expressions.get(pattern);
  if (!expression) {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    expression = new RegExp(`^(.*/)?${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
    expressions.set(pattern, expression);
  }
  return expression.test(name);
}

/** Why the case is a declared gap; undefined when it is none. */
export const gapOf = (name: string, gaps: Gaps): string | undefined =>
  Object.entries(gaps).find(([pattern]) => matches(pattern, name))?.[1];

/** Patterns that stand for no case any more. */
export const unusedGaps = (gaps: Gaps, names: readonly string[]): readonly string[] =>
  Object.keys(gaps).filter((pattern) => !names.some((name) => matches(pattern, name)));
