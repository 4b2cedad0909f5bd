import { fileURLToPath } from 'node:url';
import {
  type BackendRun,
  disputedByOnnx,
  disputedGoldens,
  matches,
  runCases,
  suiteCases,
  suites,
} from '@polyphase/conformance';
import { goldenCases, onnxTree } from '@polyphase/conformance/node';
import { loadOnnx, readTensor } from '@polyphase/onnx';
import { gapsOf, type ProviderName } from '@polyphase/onnxruntime';
import type { Backend } from '@polyphase/plugin';

const readers = { loadModel: loadOnnx, readTensor };

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../../test-fixtures/${name}`, import.meta.url));

/** All suites, the frameworks' goldens and ONNX's node tests of the four families. */
export async function judge(backend: Backend, provider: ProviderName, filter: string): Promise<BackendRun> {
  const all = [
    ...suiteCases(suites),
    ...(await goldenCases(fixture('goldens'), readers)),
    ...(await onnxTree(fixture('onnx-node'), readers)),
  ];
  const cases = all.filter(({ name }) => matches(filter, name));
  const start = performance.now();
  const results = await runCases(cases, backend, {
    gaps: { ...disputedByOnnx, ...disputedGoldens, ...gapsOf(provider) },
    onProgress: ({ name, status }, done, total) => {
      if (status === 'failed' || status === 'crashed')
        console.error(`${done} of ${total}: ${name} ${status}`);
    },
  });
  return { backend: backend.name, results, time: performance.now() - start };
}
