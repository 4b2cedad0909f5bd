import { compile } from '@polyphase/compiler';
import { make, ops } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { image, libraryThat, modelOf, opened, other, relu, sigmoid } from './backend.testing.ts';
import { onnxruntime } from './index.ts';

describe('what leaves the provider', () => {
  const fallback =
    'This session contains graph nodes that are assigned to the default CPU EP, but fallback to CPU EP has been explicitly disabled by the user.';
  const leaving = (operator: string) =>
    libraryThat((bytes) => {
      if (new TextDecoder('latin1').decode(bytes).includes(operator)) throw new Error(fallback);
    }).lib;

  test('is refused, placed on the next backend, and told', async () => {
    const cuda = {
      ...onnxruntime({ provider: 'cuda', lib: leaving('Sigmoid') }),
      probe: async () => ({ ok: true }) as const,
    };
    const model = await compile(modelOf([relu, sigmoid]), { backends: [opened(cuda), other()] });
    const { y } = await model.run({ image: image() });
    expect(y!.data[0]).toBe(0.5);
    expect(model.placement.map(({ node, backend, refused }) => [node.op, backend.name, refused])).toEqual([
      ['relu', 'cuda', []],
      ['sigmoid', 'other', [{ backend: 'cuda', why: 'it would leave an NVIDIA GPU' }]],
    ]);
    expect(cuda.refuses(sigmoid)).toBe('it would leave an NVIDIA GPU');
    await model.close();
  });

  test('also because of its neighbours', async () => {
    const { lib } = libraryThat((bytes) => {
      const text = new TextDecoder('latin1').decode(bytes);
      if (text.includes('Sigmoid') && text.includes('Relu')) throw new Error(fallback);
    });
    const cuda = {
      ...onnxruntime({ provider: 'cuda', lib }),
      probe: async () => ({ ok: true }) as const,
    };
    const tanh = make(ops.tanh, { x: sigmoid.outputs[0]! }, {}, { name: 'net/tanh' });
    const model = await compile(modelOf([relu, sigmoid, tanh]), {
      backends: [opened(cuda), other()],
      weighTransfers: false,
    });
    expect(
      model.placement.map(({ node, backend, refused }) => [node.op, backend.name, refused[0]?.why]),
    ).toEqual([
      ['relu', 'cuda', undefined],
      ['sigmoid', 'other', 'it would leave an NVIDIA GPU behind the layers before it'],
      ['tanh', 'cuda', undefined],
    ]);
    await model.close();
  });

  test('with strict it is an error', async () => {
    const cuda = {
      ...onnxruntime({ provider: 'cuda', lib: leaving('Sigmoid') }),
      probe: async () => ({ ok: true }) as const,
    };
    const compiled = compile(modelOf([relu, sigmoid]), {
      backends: [opened(cuda), other()],
      strict: true,
    });
    await expect(compiled).rejects.toThrow(
      '[polyphase PP3003] net/sigmoid (sigmoid): the cuda backend cannot run it: it would leave an NVIDIA GPU',
    );
  });
});
