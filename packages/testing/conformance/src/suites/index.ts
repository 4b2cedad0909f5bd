import type { Suite } from '../cases.ts';
import { binarySuite } from './binary.ts';
import { convSuite } from './conv.ts';
import { convTransposeSuite } from './conv-transpose.ts';
import { fusionSuite } from './fusion.ts';
import { indexingSuite } from './indexing.ts';
import { matMulSuite } from './mat-mul.ts';
import { movementSuite } from './movement.ts';
import { normalizationSuite } from './normalization.ts';
import { poolingSuite } from './pooling.ts';
import { reductionSuite } from './reduction.ts';
import { spaceSuite } from './space.ts';
import { unarySuite } from './unary.ts';
import { upsampleSuite } from './upsample.ts';

/** Everything that the rows ask of a backend, a suite an operation or family. */
export const suites: readonly Suite[] = [
  convTransposeSuite,
  upsampleSuite,
  convSuite,
  matMulSuite,
  poolingSuite,
  spaceSuite,
  normalizationSuite,
  reductionSuite,
  unarySuite,
  binarySuite,
  movementSuite,
  indexingSuite,
  fusionSuite,
];
