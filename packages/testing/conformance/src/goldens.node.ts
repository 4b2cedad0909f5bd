/// <reference types="node" />
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Binding, type Model, PolyphaseError, type Tensor } from '@polyphase/ir';
import type { Case, DataSet } from './case.ts';
import { type OnnxReaders, onnxTree } from './onnx-tree.node.ts';
import { judge } from './tolerance/judge.ts';

/** What `manifest.json` says of a golden. */
interface Golden {
  readonly name: string;
  readonly family: string;
  readonly framework: string;
  readonly version: string;
  /** The framework's call. */
  readonly layer: string;
  /** Every order of summation gives these very bits. */
  readonly exact: boolean;
}

/**
 * The results of frameworks in a folder made by tools/goldens. Unlike other trees they are judged by derived bounds:
 * what the definition allows, twice where the framework has rounded too.
 *
 * @throws PP5002 and PP5003 when the folder or its manifest cannot be read.
 */
export async function goldenCases(root: string, readers: OnnxReaders): Promise<readonly Case[]> {
  const goldens = await readManifest(root);
  const cases = await onnxTree(root, readers);
  return cases.map((item): Case => {
    const golden = goldens.get(item.name);
    if (!golden) throw notListed(root, item.name);
    const { family, framework, version, layer, exact } = golden;
    return {
      ...item,
      family,
      about: `${framework} ${version}: ${layer}`,
      load: async () => {
        const { model, dataSets } = await item.load();
        return { model, dataSets: dataSets.map((set) => withBounds(model, set, exact ? 1 : 2)) };
      },
    };
  });
}

function withBounds(model: Model, set: DataSet, roundedTimes: number): DataSet {
  const { bounds } = judge(model.graph(bindingsFor(model, set.inputs)), set.inputs);
  const wider = Object.entries(bounds).map(
    ([name, bound]) => [name, bound.map((error) => roundedTimes * error)] as const,
  );
  return { ...set, bounds: Object.fromEntries(wider) };
}

const bindingsFor = (
  { inputs }: Model,
  tensors: Readonly<Record<string, Tensor>>,
): ReadonlyMap<string, Binding> =>
  new Map(
    inputs.map(({ name, decidesShapes }) => {
      const value = tensors[name]!;
      return [name, decidesShapes ? { shape: value.shape, value } : { shape: value.shape }];
    }),
  );

const manifestFile = 'manifest.json';

async function readManifest(root: string): Promise<ReadonlyMap<string, Golden>> {
  const path = join(root, manifestFile);
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    const fix = 'Give the folder that tools/goldens made, or one without a manifest';
    throw new PolyphaseError('PP5002', { at: path, problem: cause.message, fix, cause });
  });
  try {
    return new Map((JSON.parse(text) as Golden[]).map((golden) => [golden.name, golden]));
  } catch (cause) {
    const problem = `it is not a list of goldens: ${(cause as Error).message}`;
    throw new PolyphaseError('PP5003', { at: path, problem, fix: 'Make the goldens again', cause });
  }
}

const notListed = (root: string, name: string): PolyphaseError =>
  new PolyphaseError('PP5003', {
    at: join(root, name),
    problem: `${manifestFile} does not list it`,
    fix: 'Make the goldens again',
  });
