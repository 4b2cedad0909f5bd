import { defaultBackend, type TfjsBackendName } from './open.ts';

/** Cases by the patterns of their names, with the reason. */
export type Gaps = Readonly<Record<string, string>>;

const infinities = 'resizeBilinear multiplies what it does not need by 0, and 0 times infinity is NaN';
const lostNaN = 'XNNPACK lets a NaN become -Infinity';

const everywhere: Gaps = { 'torch-interpolate/bilinear2d_3x4_by_2p0_inf': infinities };

const onWasm: Gaps = {
  'keras-conv-transpose/conv2d_transpose_nan': lostNaN,
  'torch-conv-transpose/conv_transpose2d_nan': lostNaN,
};

/** What a backend of TensorFlow.js is known to compute otherwise than the definitions. */
export const gapsOf = (backend: TfjsBackendName = defaultBackend()): Gaps => ({
  ...everywhere,
  ...(backend === 'wasm' && onWasm),
});
