import { algebra } from './algebra.ts';
import type { Law } from './law.ts';
import { agreements } from './random.ts';
import { resampling } from './resampling.ts';

export { type Law, type LawOptions, runLaw } from './law.ts';

/** What holds of every backend, whatever the sizes. */
export const laws: readonly Law[] = [...algebra, ...resampling, ...agreements];
