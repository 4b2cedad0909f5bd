import doublerWeights from '#super-resolution/group1-shard1of1.bin?url';
import doubler from '#super-resolution/model.json?url';
import detector from '#text-detection/ch_PP-OCRv4_det_infer.onnx?url';
import denoiser from '../../../../../test-fixtures/denoiser/denoiser.keras?url';
import type { BundledName } from './protocol.ts';

/** Where a model of the page lies, and the files beside it. */
interface ModelFile {
  readonly url: string;
  readonly beside?: Readonly<Record<string, string>>;
}

export const modelFiles: Readonly<Record<BundledName, ModelFile>> = {
  text: { url: detector },
  denoise: { url: denoiser },
  enlarge: { url: doubler, beside: { 'group1-shard1of1.bin': doublerWeights } },
};
