import type { Exporters } from './exporting.ts';
import { activations } from './ops/activation.ts';
import { binaries } from './ops/binary.ts';
import { clipping } from './ops/clip.ts';
import { convolutions } from './ops/conv.ts';
import { gathering } from './ops/gather.ts';
import { layouts } from './ops/layout.ts';
import { products } from './ops/mat-mul.ts';
import { normalizations } from './ops/normalize.ts';
import { pools } from './ops/pool.ts';
import { reductions } from './ops/reduce.ts';
import { selecting } from './ops/select.ts';
import { slices } from './ops/slice.ts';
import { unaries } from './ops/unary.ts';
import { resampling } from './ops/upsample.ts';

/** How each operation of the layer IR is written in ONNX's operators. */
export const exporters: Exporters = {
  ...activations,
  ...binaries,
  ...clipping,
  ...convolutions,
  ...gathering,
  ...layouts,
  ...normalizations,
  ...pools,
  ...products,
  ...reductions,
  ...resampling,
  ...selecting,
  ...slices,
  ...unaries,
};
