import type { Target, Tf } from './tf.ts';

/** Backends of TensorFlow.js that have a package each; a `tf` that is given may have others. */
export type TfjsBackendName = 'webgpu' | 'wasm' | 'cpu' | 'webgl';

const globals = globalThis as { readonly navigator?: { readonly gpu?: unknown } };

/** webgpu where the runtime has it, else wasm. */
export const defaultBackend = (): TfjsBackendName => (globals.navigator?.gpu ? 'webgpu' : 'wasm');

const packages: Readonly<Record<string, () => Promise<unknown>>> = {
  webgpu: () => import('@tensorflow/tfjs-backend-webgpu'),
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
};

/** Why TensorFlow.js or its backend is not to be had, in words for the user. */
export type Opened = { readonly target: Target } | { readonly why: string };

/**
 * Imports what is needed and initialises the backend, leaving the current one of the program around as it is.
 */
export async function open(backend: string, given?: Tf): Promise<Opened> {
  const missing = await missingFeature(backend);
  if (missing) return { why: missing };
  const tf = given ?? (await imported('@tensorflow/tfjs-core', () => import('@tensorflow/tfjs-core')));
  if (typeof tf === 'string') return { why: tf };
  if (!tf.findBackendFactory(backend)) {
    const load = packages[backend];
    if (!load) return { why: `TensorFlow.js has no backend '${backend}' registered` };
    const loaded = await imported(`@tensorflow/tfjs-backend-${backend}`, load);
    if (typeof loaded === 'string') return { why: loaded };
  }
  return initialise(tf, backend);
}

interface Gpu {
  requestAdapter(): Promise<object | null>;
}

const scope = globalThis as {
  readonly navigator?: { readonly gpu?: Gpu };
  readonly process?: { readonly versions?: { readonly node?: string } };
};

async function missingFeature(backend: string): Promise<string | undefined> {
  if (backend !== 'webgpu') return undefined;
  if (!scope.navigator?.gpu) {
    if (!scope.process?.versions?.node) return 'this runtime has no WebGPU (navigator.gpu)';
    const why = await (await import('./web-gpu.node.ts')).provideWebGpu();
    if (why) return why;
  }
  const adapter = await scope.navigator?.gpu?.requestAdapter();
  return adapter ? undefined : 'WebGPU finds no GPU on this machine';
}

async function imported<M>(name: string, load: () => Promise<M>): Promise<M | string> {
  try {
    return await load();
  } catch (error) {
    return `${name} cannot be imported (${(error as Error).message}): npm install ${name}@4`;
  }
}

/**
 * `setBackend` would make the backend the current one for all who use TensorFlow.js, while it starts; so it is started as
 * the engine does and put among those that are there.
 */
async function initialise(tf: Tf, backend: string): Promise<Opened> {
  const { registry } = tf.engine();
  try {
    const instance = registry[backend] ?? (await tf.findBackendFactory(backend)?.());
    if (!instance) return { why: `TensorFlow.js has no backend '${backend}' registered` };
    registry[backend] ??= instance;
    return { target: { tf, backend } };
  } catch (error) {
    return {
      why: `the backend '${backend}' of TensorFlow.js does not start here: ${(error as Error).message}`,
    };
  }
}
