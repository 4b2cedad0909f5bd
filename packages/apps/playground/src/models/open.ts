import { type Model, PolyphaseError } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { modelFiles } from './files.ts';
import type { BackendName, ModelSource } from './protocol.ts';

type Progress = (words: string) => void;

/** The code of a backend is loaded when it is chosen. */
const backends: Readonly<Record<BackendName, () => Promise<Backend>>> = {
  cpu: async () => (await import('@polyphase/cpu')).cpu(),
  webgpu: async () => (await import('@polyphase/webgpu')).webgpu(),
  tfjs: async () => (await import('@polyphase/tfjs')).tfjs({ backend: 'webgpu' }),
};

export const openBackend = (name: BackendName): Promise<Backend> => backends[name]();

async function fetched(url: string, progress: Progress): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  progress('loading the model');
  return new Uint8Array(await response.arrayBuffer());
}

/** Reads a model by what its first bytes are. @throws PP1001 to PP1009. */
export async function openModel(source: ModelSource, progress: Progress): Promise<Model> {
  if ('bundled' in source) {
    const { url, beside = {} } = modelFiles[source.bundled];
    const bytes = await fetched(url, progress);
    return parse(bytes, (path) => fetched(beside[path] ?? path, progress));
  }
  return parse(source.bytes, async (path) => {
    const file = source.beside.get(path);
    if (file) return file;
    throw new PolyphaseError('PP1008', {
      at: `file ${path}`,
      problem: 'it belongs to the model and was not dropped with it',
      fix: 'Drop all files of the model together',
    });
  });
}

async function parse(bytes: Uint8Array, beside: (path: string) => Promise<Uint8Array>): Promise<Model> {
  if (isKeras(bytes)) {
    const { loadKeras } = await import('@polyphase/keras');
    return loadKeras(bytes, { files: beside });
  }
  const { loadOnnx } = await import('@polyphase/onnx');
  return loadOnnx(bytes, { externalData: beside });
}

/** A zip archive, HDF5 or JSON. */
const isKeras = ([first, second]: Uint8Array): boolean =>
  (first === 0x50 && second === 0x4b) || first === 0x89 || first === 0x7b;
