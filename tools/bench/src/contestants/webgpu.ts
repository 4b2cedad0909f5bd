import { webgpu } from '@polyphase/webgpu';
import type { InferenceSession, TypedTensor } from 'onnxruntime-web';
import { compile, tensor } from 'polyphase';
import { type Contestant, Refusal, type Runtime } from './contestant.ts';

/** Ours, on the adapter that the runtime offers. */
export const polyphaseWebgpu = (): Runtime => ({
  name: 'polyphase webgpu',
  async prepare({ model, feed: { name, shape, data } }) {
    const backend = webgpu();
    const x = tensor(data, shape);
    const start = performance.now();
    const compiled = await compile(model(), { backends: [backend], strict: true });
    await compiled.prepare({ [name]: x });
    return {
      name: this.name,
      compile: performance.now() - start,
      run: async () => Object.values(await compiled.run({ [name]: x }))[0]!.data as Float32Array,
      async close() {
        await compiled.close();
        await backend.close();
      },
    };
  },
});

/** What the builds of onnxruntime for Node and for pages have in common. */
interface Library {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (
    type: 'float32',
    data: Float32Array,
    shape: readonly number[],
  ) => TypedTensor<'float32'>;
}

/** A session may hand nothing over to the processor: what its WebGPU cannot do, it refuses. */
const onGpuOnly = { session: { disable_cpu_ep_fallback: '1' } };

const onnxruntime = (
  name: string,
  provider: 'webgpu' | 'wasm' | 'cpu',
  load: () => Promise<Library>,
): Runtime => ({
  name,
  async prepare({ onnx, feed }): Promise<Contestant> {
    const { InferenceSession, Tensor } = await load();
    const start = performance.now();
    const options = {
      executionProviders: [provider],
      logSeverityLevel: 4,
      ...(provider === 'webgpu' && { extra: onGpuOnly }),
    } as const;
    const session = await InferenceSession.create(onnx, options).catch((cause) => {
      throw new Refusal(`its WebGPU provider takes not all of it: ${firstLine(cause)}`, { cause });
    });
    const feeds = { [feed.name]: new Tensor('float32', feed.data, feed.shape) };
    return {
      name,
      compile: performance.now() - start,
      run: async () => Object.values(await session.run(feeds))[0]!.data as Float32Array,
      close: () => session.release(),
    };
  },
});

const firstLine = (error: unknown): string => String((error as Error).message ?? error).split('\n')[0]!;

const nodeLibrary = async (): Promise<Library> => (await import('onnxruntime-node')) as unknown as Library;

/** In Node, through Dawn. */
export const onnxruntimeNodeWebgpu = (): Runtime =>
  onnxruntime('onnxruntime-node webgpu', 'webgpu', nodeLibrary);

/** The build of onnxruntime-web with its own WebGPU provider; `files` is where its WebAssembly is served. */
const webLibrary = async (files: string): Promise<Library> => {
  const library = await import('onnxruntime-web/webgpu');
  library.env.wasm.wasmPaths = files;
  library.env.wasm.numThreads = 1;
  return library as unknown as Library;
};

export const onnxruntimeWebWebgpu = (files: string): Runtime =>
  onnxruntime('onnxruntime-web webgpu', 'webgpu', () => webLibrary(files));

/** On the processor, in the same build. */
export const onnxruntimeWebWasm = (files: string): Runtime =>
  onnxruntime('onnxruntime-web wasm', 'wasm', () => webLibrary(files));
