import {
  evaluate,
  fromDense,
  type Graph,
  type Model,
  make,
  ops,
  type Tensor,
  tensor,
  toDense,
} from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import type { Case } from './case.ts';
import { onnxTolerance } from './compare.ts';

/** y = relu(x), of two elements. */
export const reluModel: Model = {
  name: 'relu',
  inputs: [{ name: 'x', type: { dtype: 'float32', shape: [2] } }],
  outputs: ['y'],
  graph() {
    const x = { name: 'x', type: { dtype: 'float32', shape: [2] } } as const;
    const node = make(ops.relu, { x }, {}, { name: 'layer' });
    return { name: 'relu', inputs: [x], outputs: [{ name: 'y', value: node.outputs[0]! }], nodes: [node] };
  },
};

export const reluCase = (name: string, x: readonly number[], y: readonly number[]): Case => ({
  name,
  family: 'relu',
  tolerance: onnxTolerance,
  load: async () => ({
    model: reluModel,
    dataSets: [{ name: 'data', inputs: { x: tensor(x, [2]) }, outputs: { y: tensor(y, [2]) } }],
  }),
});

/** A backend of one layer, which each test makes fail in its own way. */
export const fakeBackend = (
  overrides: Partial<Backend> & { readonly run?: () => Promise<readonly Tensor[]> } = {},
): Backend => ({
  name: 'fake',
  probe: async () => ({ ok: true }),
  refuses: () => undefined,
  compile: async ({ nodes }: Graph) => ({
    report: { steps: [], memory: { constants: 0, activations: 0 } },
    run:
      overrides.run ?? (async ([x]: readonly Tensor[]) => evaluate(nodes[0]!, [toDense(x!)]).map(fromDense)),
    dispose: () => {},
  }),
  close: async () => {},
  ...overrides,
});
