import type { ProviderName } from '@polyphase/onnxruntime';
import type { Backend } from '@polyphase/plugin';
import type { TfjsBackendName } from '@polyphase/tfjs';

/** What the command line says about backends. */
export interface BackendSettings {
  /** Of backends that compute on the processor; default: as many as they think best. */
  readonly threads?: number | undefined;
}

/** A backend's package is imported when it is asked for: no command waits for what it does not use. */
type Open = (settings: BackendSettings) => Promise<Backend>;

/** onnxruntime on one of its execution providers. */
function onnxruntime(provider: ProviderName): Open {
  return async ({ threads }) => {
    const { onnxruntime } = await import('@polyphase/onnxruntime');
    return onnxruntime({ provider, ...(threads !== undefined && { threads }) });
  };
}

/** TensorFlow.js on one of its backends; without a name, on the one that it would choose. */
function tfjs(backend?: TfjsBackendName): Open {
  return async () => (await import('@polyphase/tfjs')).tfjs(backend ? { backend } : {});
}

/** The backends that the command knows. A variant of one has a name of its own: `tfjs:wasm`. */
const table = {
  cpu: async ({ threads }) => (await import('@polyphase/cpu')).cpu({ threads: threads ?? 'auto' }),
  reference: async () => (await import('@polyphase/reference')).reference(),
  webgpu: async () => (await import('@polyphase/webgpu')).webgpu(),
  onnxruntime: onnxruntime('cpu'),
  cuda: onnxruntime('cuda'),
  'onnxruntime:tensorrt': onnxruntime('tensorrt'),
  'onnxruntime:webgpu': onnxruntime('webgpu'),
  'onnxruntime:dml': onnxruntime('dml'),
  'onnxruntime:coreml': onnxruntime('coreml'),
  tfjs: tfjs(),
  'tfjs:wasm': tfjs('wasm'),
  'tfjs:webgpu': tfjs('webgpu'),
  'tfjs:cpu': tfjs('cpu'),
} satisfies Record<string, Open>;

const openers: Readonly<Record<string, Open>> = table;

export const backendNames: readonly string[] = Object.keys(table);

/** What layers try without `--backend`, in this order. */
export const defaultBackends: readonly (keyof typeof table)[] = ['cpu', 'reference'];

/** New backends by name. The caller closes them. */
export const openBackends = (
  names: readonly string[],
  settings: BackendSettings = {},
): Promise<readonly Backend[]> => Promise.all(names.map((name) => openers[name]!(settings)));

/** Runs `body` with backends that are closed afterwards. */
export async function withBackends<T>(
  names: readonly string[],
  body: (backends: readonly Backend[]) => Promise<T>,
  settings: BackendSettings = {},
): Promise<T> {
  const backends = await openBackends(names, settings);
  try {
    return await body(backends);
  } finally {
    await Promise.all(backends.map((backend) => backend.close()));
  }
}

/** @throws PP3002 when this machine cannot use the backend. */
export async function requireUsable(backend: Backend): Promise<void> {
  const probe = await backend.probe();
  if (probe.ok) return;
  const { PolyphaseError } = await import('@polyphase/ir');
  throw new PolyphaseError('PP3002', {
    at: `backend ${backend.name}`,
    problem: `it is not usable here: ${probe.why}`,
    fix: `Leave it out of --backend ${backendNames.join(',')}`,
  });
}
