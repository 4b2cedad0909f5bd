/// <reference types="node" />
import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { check, type Model, PolyphaseError, type Tensor } from '@polyphase/ir';
import type { Case, CaseContent, DataSet } from './case.ts';
import { onnxTolerance } from './compare.ts';

/** What reads the files of a tree: `loadOnnx` and `readTensor` of @polyphase/onnx. */
export interface OnnxReaders {
  loadModel(path: string): Promise<Model>;
  readTensor(bytes: Uint8Array): { readonly tensor: Tensor };
}

/**
 * The cases in a folder tree in the layout of ONNX's backend tests: a folder with `model.onnx` and, in each of its
 * folders `test_data_set_N`, `input_0.pb`, `input_1.pb`... and `output_0.pb`... in the order of the graph's inputs and
 * outputs. Names are paths inside the tree.
 *
 * @throws PP5002 when the folder cannot be read.
 */
export async function onnxTree(root: string, readers: OnnxReaders): Promise<readonly Case[]> {
  const folders = await caseFolders(root, new Set());
  return folders.map((folder): Case => {
    const path = relative(root, folder).split(sep).join('/');
    return {
      name: path || basename(folder),
      family: path ? basename(dirname(folder)) : basename(folder),
      tolerance: onnxTolerance,
      load: () => loadCase(folder, readers),
    };
  });
}

const modelFile = 'model.onnx';

/** Links are followed, each folder once. */
async function caseFolders(folder: string, seen: Set<string>): Promise<readonly string[]> {
  const entries = await inFolder(folder, async () => {
    const real = await realpath(folder);
    if (seen.has(real)) return [];
    seen.add(real);
    return readdir(folder, { withFileTypes: true });
  });
  if (entries.some(({ name }) => name === modelFile)) return [folder];
  const inner: (readonly string[])[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(path)))) {
      inner.push(await caseFolders(path, seen));
    }
  }
  return inner.flat();
}

const isFolder = (path: string): Promise<boolean> =>
  readdir(path).then(
    () => true,
    () => false,
  );

async function inFolder<T>(folder: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new PolyphaseError('PP5002', {
      at: folder,
      problem: code === 'ENOENT' ? 'it does not exist' : code === 'ENOTDIR' ? 'it is no folder' : message,
      fix: "Give a folder with models and test data in the layout of ONNX's backend tests",
      cause,
    });
  }
}

async function loadCase(folder: string, readers: OnnxReaders): Promise<CaseContent> {
  const model = await readers.loadModel(join(folder, modelFile));
  const names = (await readdir(folder)).filter((name) => name.startsWith('test_data_set_'));
  const dataSets: DataSet[] = [];
  for (const name of names.sort(byNumber)) {
    const path = join(folder, name);
    const files = await readdir(path);
    const read = (prefix: string, keys: readonly string[]) => readTensors(path, files, prefix, keys, readers);
    const inputs = await read(
      'input_',
      model.inputs.map((input) => input.name),
    );
    dataSets.push({ name, inputs, outputs: await read('output_', model.outputs) });
  }
  return { model, dataSets };
}

async function readTensors(
  folder: string,
  files: readonly string[],
  prefix: string,
  names: readonly string[],
  { readTensor }: OnnxReaders,
): Promise<Readonly<Record<string, Tensor>>> {
  const found = files.filter((file) => file.startsWith(prefix) && file.endsWith('.pb')).sort(byNumber);
  check(found.length === names.length, 'PP5003', () => ({
    at: folder,
    problem: `there are ${found.length} files ${prefix}N.pb, the model has ${names.length}: ${names.join(', ')}`,
    fix: 'Give one file for each',
  }));
  const tensors: Record<string, Tensor> = Object.create(null);
  for (const [i, file] of found.entries())
    tensors[names[i]!] = readTensor(await readBytes(join(folder, file))).tensor;
  return tensors;
}

async function readBytes(path: string): Promise<Uint8Array> {
  const { buffer, byteOffset, byteLength } = await readFile(path);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
