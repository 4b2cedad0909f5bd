import { type DType, make, ops, outputOf, type Value } from '@polyphase/ir';
import type { Probe } from '@polyphase/plugin';
import { messageOf } from './failures.ts';
import { loadLibrary } from './library.ts';
import { writeModel } from './model.ts';
import type { Onnxruntime, OnnxruntimeOptions } from './options.ts';
import type { Provider } from './providers/index.ts';
import { sessionOptions } from './session-options.ts';
import { toOrt } from './tensors.ts';

export type ProviderProbe = Probe & {
  /** The device computes in float16. */
  readonly halves: boolean;
};

/** Makes the smallest session and runs it: what onnxruntime has, what this machine has, and what is missing. */
export async function probeProvider(provider: Provider, options: OnnxruntimeOptions): Promise<ProviderProbe> {
  const refused = (why: string): ProviderProbe => ({ ok: false, why, halves: false });
  let lib: Onnxruntime;
  try {
    lib = options.lib ?? (await loadLibrary());
  } catch (error) {
    return refused(
      `onnxruntime-node cannot be loaded (${messageOf(error)}): npm install onnxruntime-node@1.30.0`,
    );
  }
  if (provider.name === 'cpu')
    return { ok: true, detail: 'onnxruntime-node, its CPU provider', halves: true };
  const { diagnose, forbidTf32 } = await import('./diagnose.node.ts');
  const missing = diagnose(provider);
  if (missing) return refused(missing);
  const conflict = isNvidia(provider) ? forbidTf32(options.tf32 ?? false) : undefined;
  if (conflict) return refused(conflict);
  try {
    await trySession(lib, provider, options, 'float32');
  } catch (error) {
    return refused(whyNot(provider, messageOf(error)));
  }
  const halves = await trySession(lib, provider, options, 'float16').then(
    () => true,
    () => false,
  );
  return {
    ok: true,
    detail: `onnxruntime-node on ${provider.title}${halves ? '' : ', without float16'}`,
    halves,
  };
}

/** onnxruntime's own words begin with the place in its source. */
const whyNot = ({ name, title }: Provider, message: string): string =>
  name === 'webgpu' && /adapter/i.test(message)
    ? 'there is no WebGPU adapter: a GPU with a driver for Vulkan, Metal or Direct3D 12 is needed'
    : `onnxruntime made no session on ${title}: ${message}`;

const isNvidia = ({ name }: Provider): boolean => name === 'cuda' || name === 'tensorrt';

/** A shader that needs what the device lacks is refused only when it runs. */
async function trySession(
  lib: Onnxruntime,
  provider: Provider,
  options: OnnxruntimeOptions,
  dtype: DType & ('float32' | 'float16'),
): Promise<void> {
  const x: Value = { name: 'x', type: { dtype, shape: [4] } };
  const node = make(ops.sigmoid, { x }, {}, { name: 'probe' });
  const graph = {
    name: 'probe',
    inputs: [x],
    outputs: [{ name: 'y', value: outputOf(node) }],
    nodes: [node],
  };
  const session = await lib.InferenceSession.create(
    writeModel(graph, provider).bytes,
    sessionOptions(provider, options),
  );
  try {
    const data = dtype === 'float16' ? new Uint16Array(4) : new Float32Array(4);
    await session.run({ x: toOrt(lib, { dtype, shape: [4], data }) });
  } finally {
    await session.release();
  }
}
