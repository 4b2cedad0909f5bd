import type { Both } from './correlation.ts';

/** The last two spatial values; a 1-D map is a row. */
export const lastTwo = <T>(values: readonly T[], fill: T): Both<T> =>
  values.length === 1 ? [fill, values[0]!] : [values.at(-2)!, values.at(-1)!];
