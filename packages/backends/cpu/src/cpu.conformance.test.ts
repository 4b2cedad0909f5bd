import { fileURLToPath } from 'node:url';
import { disputedByOnnx } from '@polyphase/conformance';
import { onnxTree } from '@polyphase/conformance/node';
import { conformance } from '@polyphase/conformance/vitest';
import { loadOnnx, readTensor } from '@polyphase/onnx';
import { drilled } from './drilled.testing.ts';
import { cpu } from './index.ts';

const tree = (name: string) =>
  onnxTree(fileURLToPath(new URL(`../../../../test-fixtures/${name}`, import.meta.url)), {
    loadModel: loadOnnx,
    readTensor,
  });

/** As whoever chooses nothing has it, on one thread: more are the matter of the files beside this. */
conformance(drilled({ threads: 1 }));
conformance(cpu(), {
  cases: [...(await tree('onnx-node')), ...(await tree('onnx-versions'))],
  gaps: disputedByOnnx,
});
