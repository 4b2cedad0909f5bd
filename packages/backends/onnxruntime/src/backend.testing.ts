import { fromNumbers, type Model, make, type Node, ops, type Tensor, type Value } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import * as library from 'onnxruntime-node';
import { afterEach } from 'vitest';
import { onnxruntime } from './index.ts';
import type { Onnxruntime } from './options.ts';

/** A backend that takes everything. */
export const other = (): Backend => ({ ...opened(onnxruntime({ rewrites: false })), name: 'other' });

const open: Backend[] = [];
export const opened = <B extends Backend>(backend: B): B => {
  open.push(backend);
  return backend;
};
afterEach(() => Promise.all(open.splice(0).map((backend) => backend.close())));

export const x: Value = { name: 'image', type: { dtype: 'float32', shape: [1, 2, 4, 4] } };
export const relu = make(ops.relu, { x }, {}, { name: 'net/relu' });
export const sigmoid = make(ops.sigmoid, { x: relu.outputs[0]! }, {}, { name: 'net/sigmoid' });

export const modelOf = (nodes: readonly Node[], input = x): Model => ({
  name: 'net',
  inputs: [{ name: input.name, type: input.type }],
  outputs: ['y'],
  graph: () => ({
    name: 'net',
    inputs: [input],
    outputs: [{ name: 'y', value: nodes.at(-1)!.outputs[0]! }],
    nodes,
  }),
});

export const image = (value = (i: number) => i - 16): Tensor =>
  fromNumbers(
    'float32',
    [1, 2, 4, 4],
    Float64Array.from({ length: 32 }, (_, i) => value(i)),
  );

/** The library, which makes sessions as `create` says. */
export const libraryThat = (
  create: (bytes: Uint8Array) => void,
): { lib: Onnxruntime; made: () => number } => {
  let count = 0;
  const lib = {
    ...library,
    InferenceSession: {
      create: (bytes: Uint8Array, options: library.InferenceSession.SessionOptions) => {
        create(bytes);
        count++;
        const { extra: _, ...rest } = options;
        return library.InferenceSession.create(bytes, { ...rest, executionProviders: ['cpu'] });
      },
    },
  } as unknown as Onnxruntime;
  return { lib, made: () => count };
};
