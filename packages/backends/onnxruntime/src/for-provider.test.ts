import { type Graph, make, type Node, ops, outputOf, type Value } from '@polyphase/ir';
import { exportOnnx } from '@polyphase/onnx';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { forProvider } from './for-provider.ts';
import { constantOf } from './forms/constants.ts';
import { run, whole } from './forms/forms.testing.ts';
import type { ProviderName } from './providers/index.ts';
import { providers } from './providers/index.ts';
import { sessionOptions } from './session-options.ts';

const x: Value = { name: 'x', type: { dtype: 'float32', shape: [1, 4, 3, 4, 4] } };

/** Volumes through a transposed convolution and a norm of windows: bare, the WebGPU provider refuses both. */
function volumes(): readonly Node[] {
  const w = constantOf(whole([4, 2, 2, 2, 2]), 'w');
  const none = [0, 0] as const;
  const three = [none, none, none];
  const up = make(
    ops.convTranspose,
    { x, w },
    { stride: [2, 2, 2], dilation: [1, 1, 1], crop: three, groups: 1 },
    { name: 'up' },
  );
  const window = { kernel: [2, 2, 2], stride: [2, 2, 2], dilation: [1, 1, 1], pads: three };
  return [up, make(ops.lpPool, { x: outputOf(up) }, { ...window, ceil: false, p: 1 }, { name: 'pool' })];
}

const netOf = (nodes: readonly Node[]): Graph => ({
  name: 'net',
  inputs: [x],
  outputs: [{ name: 'y', value: outputOf(nodes.at(-1)!) }],
  nodes,
});

const bareRun = async (bytes: Uint8Array, provider: ProviderName) => {
  const session = await InferenceSession.create(bytes, sessionOptions(providers[provider], {}));
  const { data, shape } = whole(x.type.shape as readonly number[]);
  const { y } = await session.run({ x: new OrtTensor('float32', data as Float32Array, shape) });
  await session.release();
  return [...(y!.data as Float32Array)];
};

describe('a file for the WebGPU provider', () => {
  const nodes = volumes();
  const expected = [...run(nodes, new Map([[x, whole(x.type.shape as readonly number[])]])).data];

  test('runs there without this backend, and nothing leaves it', async () => {
    const { graph, leaving, ...writing } = forProvider(netOf(nodes), 'webgpu');
    expect(leaving).toEqual([]);
    expect(await bareRun(exportOnnx(graph, writing), 'webgpu')).toEqual(expected);
  });

  test('which the model as it is does not', async () => {
    await expect(bareRun(exportOnnx(netOf(nodes)), 'webgpu')).rejects.toThrow();
  });

  test('what it has no kernels for is told, and stays', () => {
    const round = make(ops.round, { x }, {}, { name: 'round' });
    const { graph, leaving } = forProvider(netOf([round]), 'webgpu');
    expect(graph.nodes).toEqual([round]);
    expect(leaving).toEqual([{ layer: round, why: 'the provider has no kernel for Round' }]);
  });
});

test('layers of open sizes stay as they are', () => {
  const open: Value = { name: 'x', type: { dtype: 'float32', shape: ['batch', 4, 4, 4] } };
  const fold = make(ops.spaceToDepth, { x: open }, { blocksize: 2 }, { name: 'fold' });
  const graph = { ...netOf([fold]), inputs: [open] };
  expect(forProvider(graph, 'webgpu')).toMatchObject({ graph: { nodes: [fold] }, opset: 20, leaving: [] });
});
