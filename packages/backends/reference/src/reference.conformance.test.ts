import { fileURLToPath } from 'node:url';
import { pipeline } from '@polyphase/compiler';
import { disputedByOnnx } from '@polyphase/conformance';
import { onnxTree } from '@polyphase/conformance/node';
import { conformance } from '@polyphase/conformance/vitest';
import { loadOnnx, readTensor } from '@polyphase/onnx';
import { reference } from './index.ts';

const tree = (name: string) =>
  onnxTree(fileURLToPath(new URL(`../../../../test-fixtures/${name}`, import.meta.url)), {
    loadModel: loadOnnx,
    readTensor,
  });

conformance(reference());

conformance(reference(), {
  cases: [...(await tree('onnx-node')), ...(await tree('onnx-versions'))],
  gaps: disputedByOnnx,
  stages: { 'as the frontend makes it': [], 'after the passes': pipeline },
});
