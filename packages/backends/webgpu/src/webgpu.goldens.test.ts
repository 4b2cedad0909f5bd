import { fileURLToPath } from 'node:url';
import { disputedByOnnx, disputedGoldens } from '@polyphase/conformance';
import { goldenCases, onnxTree } from '@polyphase/conformance/node';
import { conformance } from '@polyphase/conformance/vitest';
import { loadOnnx, readTensor } from '@polyphase/onnx';
import { webgpu } from './index.ts';

const readers = { loadModel: loadOnnx, readTensor };
const fixtures = (name: string): string =>
  fileURLToPath(new URL(`../../../../test-fixtures/${name}`, import.meta.url));

conformance(webgpu(), {
  cases: [
    ...(await onnxTree(fixtures('onnx-node'), readers)),
    ...(await onnxTree(fixtures('onnx-versions'), readers)),
    ...(await goldenCases(fixtures('goldens'), readers)),
  ],
  gaps: { ...disputedByOnnx, ...disputedGoldens },
});
