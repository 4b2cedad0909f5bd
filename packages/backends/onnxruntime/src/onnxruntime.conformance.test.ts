import { fileURLToPath } from 'node:url';
import { disputedByOnnx, disputedGoldens } from '@polyphase/conformance';
import { goldenCases, onnxTree } from '@polyphase/conformance/node';
import { conformance } from '@polyphase/conformance/vitest';
import { loadOnnx, readTensor } from '@polyphase/onnx';
import { gapsOf } from './gaps.ts';
import { onnxruntime } from './index.ts';

const readers = { loadModel: loadOnnx, readTensor };
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../../test-fixtures/${name}`, import.meta.url));

conformance(onnxruntime({ threads: 1 }), { gaps: gapsOf('cpu') });

conformance(onnxruntime({ threads: 1 }), {
  cases: [
    ...(await onnxTree(fixture('onnx-node'), readers)),
    ...(await onnxTree(fixture('onnx-versions'), readers)),
    ...(await goldenCases(fixture('goldens'), readers)),
  ],
  gaps: { ...disputedByOnnx, ...disputedGoldens },
});
