import type { Lowerings } from '../lowering.ts';
import { binaries } from './binary.ts';
import { contractions } from './contraction.ts';
import { gathers } from './gather.ts';
import { layouts } from './layout.ts';
import { normalizations } from './normalization.ts';
import { poolings } from './pooling.ts';
import { reductions } from './reduce.ts';
import { scans } from './scan.ts';
import { softmaxes } from './softmax.ts';
import { unaries } from './unary.ts';
import { upsamples } from './upsample.ts';

/** What each layer is, element by element. */
export const lowerings: Lowerings = {
  ...contractions,
  ...poolings,
  ...upsamples,
  ...normalizations,
  ...reductions,
  ...softmaxes,
  ...unaries,
  ...binaries,
  ...layouts,
  ...gathers,
  ...scans,
};
