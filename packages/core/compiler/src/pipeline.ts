import type { Pass } from './pass.ts';
import { rulesPass } from './pass.ts';
import { removeDeadCode } from './passes/dead-code.ts';
import { foldConstants } from './passes/fold-constants.ts';
import { leastTransposed } from './passes/sink-transposes.ts';
import { depthToSpaceRules } from './rules/depth-to-space.ts';
import { factorRules } from './rules/factors.ts';
import { interpolationRules } from './rules/interpolation.ts';
import { inverseRules } from './rules/inverse.ts';
import { paddingRules } from './rules/padding.ts';
import { polyphaseRules } from './rules/polyphase.ts';
import { simplifications } from './rules/simplify.ts';
import { freeTransposeRules, ofSingleUse, sinkRules } from './rules/transpose.ts';
import { upsampleRules } from './rules/upsample.ts';
import { weightRules } from './rules/weights.ts';

const simplify = [...simplifications, ...inverseRules, ...factorRules];
const foldIntoWeights = rulesPass('fold-into-weights', [...weightRules, ...paddingRules]);

/** Everything that happens to a graph between the frontend and the backends, in order. */
export const pipeline: readonly Pass[] = [
  removeDeadCode,
  foldConstants,
  rulesPass('simplify', simplify),
  leastTransposed('sink-transposes', [
    [...sinkRules, ...simplify],
    [...sinkRules.map(ofSingleUse), ...simplify],
  ]),
  rulesPass('simplify-reshapes', [...freeTransposeRules, ...simplify]),
  rulesPass('move-before-upsampling', upsampleRules),
  foldIntoWeights,
  rulesPass('polyphase', [...polyphaseRules, ...interpolationRules, ...depthToSpaceRules]),
  foldIntoWeights,
  removeDeadCode,
];
