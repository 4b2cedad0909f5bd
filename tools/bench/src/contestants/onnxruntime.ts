import type { InferenceSession, TypedTensor } from 'onnxruntime-node';
import type { Contestant, Runtime } from './contestant.ts';

type Feeds = Readonly<Record<string, TypedTensor<'float32'>>>;

async function contestant(
  name: string,
  feeds: Feeds,
  create: () => Promise<InferenceSession>,
): Promise<Contestant> {
  const start = performance.now();
  const session = await create();
  return {
    name,
    compile: performance.now() - start,
    run: async () => Object.values(await session.run(feeds))[0]!.data as Float32Array,
    close: () => session.release(),
  };
}

/** On the processor, or on another execution provider. */
export const onnxruntimeNode = (threads: number, provider = 'cpu'): Runtime => ({
  name: 'onnxruntime-node',
  async prepare({ onnx, feed: { name, shape, data } }) {
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const options = {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      logSeverityLevel: 3,
    } as const;
    return contestant(this.name, { [name]: new Tensor('float32', data, shape) }, () =>
      InferenceSession.create(onnx, options),
    );
  },
});

export const onnxruntimeWeb = (threads: number): Runtime => ({
  name: 'onnxruntime-web wasm',
  refuses: () => (threads > 1 ? 'it cannot start threads in Node' : undefined),
  async prepare({ onnx, feed: { name, shape, data } }) {
    const { InferenceSession, Tensor, env } = await import('onnxruntime-web/wasm');
    env.wasm.numThreads = threads;
    const options = { executionProviders: ['wasm'], logSeverityLevel: 3 } as const;
    return contestant(this.name, { [name]: new Tensor('float32', data, shape) }, () =>
      InferenceSession.create(onnx, options),
    );
  },
});
