import type { OpName } from '@polyphase/ir';
import type { Translation } from '../translation.ts';
import { alongAxisTranslations } from './along-axis.ts';
import { binaryTranslations } from './binary.ts';
import { convTranslations } from './conv.ts';
import { convTransposeTranslations } from './conv-transpose.ts';
import { indexingTranslations } from './indexing.ts';
import { matMulTranslations } from './mat-mul.ts';
import { movementTranslations } from './movement.ts';
import { normalizationTranslations } from './normalization.ts';
import { padTranslations } from './pad.ts';
import { poolingTranslations } from './pooling.ts';
import { reductionTranslations } from './reduction.ts';
import { spaceTranslations } from './space.ts';
import { unaryTranslations } from './unary.ts';
import { upsampleTranslations } from './upsample.ts';

/** How TensorFlow.js computes each operation of the layer IR, or why it does not. */
export const translations: Readonly<Record<OpName, Translation>> = {
  ...alongAxisTranslations,
  ...binaryTranslations,
  ...convTranslations,
  ...convTransposeTranslations,
  ...indexingTranslations,
  ...matMulTranslations,
  ...movementTranslations,
  ...normalizationTranslations,
  ...padTranslations,
  ...poolingTranslations,
  ...reductionTranslations,
  ...spaceTranslations,
  ...unaryTranslations,
  ...upsampleTranslations,
};
