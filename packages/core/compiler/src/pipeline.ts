import type { Pass } from './pass.ts';
import { rulesPass } from './pass.ts';
import { removeDeadCode } from './passes/dead-code.ts';
import { foldConstants } from './passes/fold-constants.ts';
import { simplifications } from './rules/simplify.ts';
import { weightRules } from './rules/weights.ts';

/** Everything that happens to a graph between the frontend and the backends, in order. */
export const pipeline: readonly Pass[] = [
  removeDeadCode,
  foldConstants,
  rulesPass('simplify', simplifications),
  rulesPass('fold-into-weights', weightRules),
  removeDeadCode,
];
