import { fileURLToPath } from 'node:url';
import { disputedByOnnx } from '@polyphase/conformance';
import { onnxTree } from '@polyphase/conformance/node';
import { conformance } from '@polyphase/conformance/vitest';
import { loadOnnx, readTensor } from '@polyphase/onnx';
import { cpu } from './index.ts';

const tree = (name: string) =>
  onnxTree(fileURLToPath(new URL(`../../../../test-fixtures/${name}`, import.meta.url)), {
    loadModel: loadOnnx,
    readTensor,
  });

conformance(cpu());
conformance(cpu(), {
  cases: [...(await tree('onnx-node')), ...(await tree('onnx-versions'))],
  gaps: disputedByOnnx,
});
