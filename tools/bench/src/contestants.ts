import { cpu } from '@polyphase/cpu';
import { parseOnnx } from '@polyphase/onnx';
import { compile, tensor } from 'polyphase';
import type { Contestant } from './measure.ts';

/** A float32 input. */
export interface Feed {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type MakeContestant = (model: Uint8Array, feed: Feed) => Promise<Contestant>;

const polyphase: MakeContestant = async (bytes, { name, shape, data }) => {
  const backend = cpu();
  const model = await compile(parseOnnx(bytes), { backends: [backend], strict: true });
  const feeds = { [name]: tensor(data, shape) };
  return {
    name: 'polyphase cpu',
    run: () => model.run(feeds),
    async close() {
      await model.close();
      await backend.close();
    },
  };
};

const onnxruntimeNode: MakeContestant = async (bytes, { name, shape, data }) => {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const feeds = { [name]: new Tensor('float32', data, shape) };
  return { name: 'onnxruntime-node', run: () => session.run(feeds), close: () => session.release() };
};

const onnxruntimeWeb: MakeContestant = async (bytes, { name, shape, data }) => {
  const { InferenceSession, Tensor, env } = await import('onnxruntime-web/wasm');
  env.wasm.numThreads = 1;
  const session = await InferenceSession.create(bytes, { executionProviders: ['wasm'], logSeverityLevel: 3 });
  const feeds = { [name]: new Tensor('float32', data, shape) };
  return { name: 'onnxruntime-web wasm', run: () => session.run(feeds), close: () => session.release() };
};

/** Ours first: ratios are the others' medians over this one's. All on one thread. */
export const contestants: readonly MakeContestant[] = [polyphase, onnxruntimeNode, onnxruntimeWeb];
