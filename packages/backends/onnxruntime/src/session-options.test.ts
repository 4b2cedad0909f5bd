import { make, ops, type Value } from '@polyphase/ir';
import { InferenceSession } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { restate, writeModel } from './model.ts';
import type { OnnxruntimeOptions } from './options.ts';
import { type ProviderName, providers } from './providers/index.ts';
import { graphOf } from './providers/written.ts';
import { sessionOptions } from './session-options.ts';

const optionsOf = (provider: ProviderName, options: OnnxruntimeOptions = {}) =>
  sessionOptions(providers[provider], options);

const strict = { session: { disable_cpu_ep_fallback: '1' } };

describe('what a session is made with', () => {
  test.each<[ProviderName, OnnxruntimeOptions, object]>([
    ['cpu', {}, { executionProviders: ['cpu'], graphOptimizationLevel: 'all', enableCpuMemArena: true }],
    ['cpu', { threads: 3 }, { intraOpNumThreads: 3 }],
    [
      'cpu',
      { graphOptimization: 'basic', memoryArena: false },
      { graphOptimizationLevel: 'basic', enableCpuMemArena: false },
    ],
    ['cuda', {}, { executionProviders: [{ name: 'cuda', deviceId: 0 }], extra: strict }],
    ['cuda', { deviceId: 2 }, { executionProviders: [{ name: 'cuda', deviceId: 2 }] }],
    ['tensorrt', { deviceId: 1 }, { executionProviders: [{ name: 'tensorrt', deviceId: 1 }], extra: strict }],
    ['dml', { deviceId: 1 }, { executionProviders: [{ name: 'dml', deviceId: 1 }], extra: strict }],
    ['webgpu', {}, { executionProviders: ['webgpu'], extra: strict }],
    ['coreml', {}, { executionProviders: [{ name: 'coreml', coreMlFlags: 0x10 }], extra: strict }],
    ['coreml', { computeUnits: 'cpu' }, { executionProviders: [{ name: 'coreml', coreMlFlags: 0x11 }] }],
  ])('%s %j', (provider, options, expected) => {
    expect(optionsOf(provider, options)).toMatchObject(expected);
  });

  test('on the processor nothing can fall back to it', () => {
    expect(optionsOf('cpu')).not.toHaveProperty('extra');
  });
});

describe('onnxruntime-node reads every option under the name that it is given', () => {
  const x: Value = { name: 'x', type: { dtype: 'float32', shape: [2] } };
  const { graph } = restate(graphOf(make(ops.relu, { x }, {}, { name: 'relu' })), () => undefined);
  const { bytes } = writeModel(graph, providers.cpu);
  const options = optionsOf('cpu', { threads: 1 });
  const checked = Object.keys(options).filter((name) => name !== 'executionProviders');

  test.each([...checked, 'extra', 'externalData', 'preferredOutputLocation'])('%s', async (name) => {
    const created = InferenceSession.create(bytes, { ...options, [name]: false });
    const isSwitch = name === 'enableCpuMemArena';
    if (isSwitch) await (await created).release();
    const odd = isSwitch ? InferenceSession.create(bytes, { ...options, [name]: 1 as never }) : created;
    await expect(odd).rejects.toThrow(new RegExp(`Invalid argument: .*${name}`));
  });
});
