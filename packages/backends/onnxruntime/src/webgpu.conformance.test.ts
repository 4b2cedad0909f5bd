import { fileURLToPath } from 'node:url';
import { disputedByOnnx, suiteCases, suites } from '@polyphase/conformance';
import { onnxTree } from '@polyphase/conformance/node';
import { conformance } from '@polyphase/conformance/vitest';
import { loadOnnx, readTensor } from '@polyphase/onnx';
import { gapsOf } from './gaps.ts';
import { onnxruntime } from './index.ts';

// Software makes of each shader a program of its own, and nearly every row has shaders of its own: these are the families
// with forms of ours, at every stage. `polyphase conformance --backend onnxruntime:webgpu` runs the rest.
const formed = suites.filter(({ name }) => /^(conv-transpose|upsample|space|pooling)$/.test(name));

const node = fileURLToPath(new URL('../../../../test-fixtures/onnx-node', import.meta.url));

// What the device has of float16 is skipped where it has none.
conformance(onnxruntime({ provider: 'webgpu' }), {
  cases: suiteCases(formed),
  refusals: 'skip',
  gaps: gapsOf('webgpu'),
});
conformance(onnxruntime({ provider: 'webgpu' }), {
  cases: await onnxTree(node, { loadModel: loadOnnx, readTensor }),
  gaps: {
    ...disputedByOnnx,
    test_convtranspose_3d: 'its weights are an input, and without knowing them there are no phases',
    test_maxunpool_export_without_output_shape:
      'the provider has no kernel for MaxUnpool, and none for indices of int64',
  },
});
