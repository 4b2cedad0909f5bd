import { readFile } from 'node:fs/promises';
import { costOf, exportPipeline, type RewriteReport, rewriteReports, runPasses } from '@polyphase/compiler';
import { checkWritable, writeBytes } from '@polyphase/files';
import { type Graph, type Model, PolyphaseError, printType, type Tensor } from '@polyphase/ir';
import { exportOnnx, parseOnnx } from '@polyphase/onnx';
import { forProvider, inFasterForms, type ProviderModel, type ProviderName } from '@polyphase/onnxruntime';
import type { OptimizeOptions } from '../commands/optimize.ts';
import { traceTo } from '../commands/shared.ts';
import { graphFor } from '../graph.ts';
import { checkNames } from '../inputs.ts';
import { loadModel } from '../load-model.ts';
import { withProgress } from '../progress.ts';
import { printJson } from '../text.ts';
import { bindingsOf, type CheckReport, checkSame } from './check.ts';
import { checkInputs } from './check-inputs.ts';
import { optimizationText } from './text.ts';

/** Something of the model before and after. */
export interface Change {
  readonly before: number;
  readonly after: number;
}

export interface Optimization {
  readonly model: string;
  readonly file: string;
  readonly opset: number;
  /** Of the files. */
  readonly bytes: Change;
  readonly layers: Change;
  /** Multiply-adds, and bytes read and written, for the inputs of the check. */
  readonly products: Change;
  readonly bytesMoved: Change;
  readonly rewrites: readonly RewriteReport[];
  /** Layers that are written as others, which onnxruntime runs faster, or rightly on the provider. */
  readonly forms: readonly { readonly layer: string; readonly op: string; readonly as: readonly string[] }[];
  /** The provider that the file is for, where one was named. */
  readonly for?: ProviderName;
  /** Layers that the provider has no kernels for. */
  readonly leaving: readonly { readonly layer: string; readonly op: string; readonly why: string }[];
  readonly check: CheckReport & { readonly inputs: readonly string[] };
}

export async function optimizeModel(path: string, out: string, options: OptimizeOptions): Promise<void> {
  await checkWritable(out);
  const optimization = await withProgress(
    `reading ${path}`,
    async ({ say }) => optimize(path, out, options, say),
    options.trace,
  );
  if (options.json) printJson(optimization);
  else console.log(optimizationText(optimization));
}

async function optimize(
  path: string,
  out: string,
  options: OptimizeOptions,
  say: (text: string) => void,
): Promise<Optimization> {
  const { shape = new Map(), input = new Map(), trace, weights } = options;
  const model = await loadModel(path, { weights });
  checkNames(
    'input',
    [...shape.keys(), ...input.keys()],
    model.inputs.map(({ name }) => name),
  );
  const source = graphFor(model, shape);
  const { graph: rewritten, fired } = runPasses(source, exportPipeline, traceTo(trace));
  const { graph, opset, avoids, leaving } = writtenAs(rewritten, options);
  const bytes = exportOnnx(graph, { opset, avoids });
  const optimized = parseOnnx(bytes);
  say('checking that both compute the same');
  const inputs = await checkInputs(optimized, input);
  const report = await atGuessedSizes(inputs, () => checkSame(model, optimized, inputs));
  await writeBytes(out, bytes);
  const costs = [model, optimized].map((each) => costAt(each, inputs));
  return {
    model: path,
    file: out,
    opset,
    bytes: { before: (await readFile(path)).byteLength, after: bytes.byteLength },
    layers: { before: source.nodes.length, after: graph.nodes.length },
    products: { before: costs[0]!.products, after: costs[1]!.products },
    bytesMoved: { before: costs[0]!.bytes, after: costs[1]!.bytes },
    rewrites: rewriteReports(source, fired),
    forms: reformedLayers(rewritten, graph),
    ...(options.for && { for: options.for }),
    leaving: leaving.map(({ layer, why }) => ({ layer: layer.name, op: layer.op, why })),
    check: {
      ...report,
      inputs: Object.entries(inputs).map(([name, tensor]) => `${name}: ${printType(tensor)}`),
    },
  };
}

/** What is written, and how; without a provider for any runtime, in the forms that pay in onnxruntime. */
function writtenAs(graph: Graph, { for: provider, opset }: OptimizeOptions): ProviderModel {
  const model: ProviderModel = provider
    ? forProvider(graph, provider)
    : { graph: inFasterForms(graph), opset: 21, avoids: () => false, leaving: [] };
  return opset === undefined ? model : { ...model, opset };
}

/** Layers whose operations are others in the second graph, where the parts of a layer bear its name. */
function reformedLayers(before: Graph, after: Graph): Optimization['forms'] {
  const parts = new Map<string, string[]>();
  for (const { name, op } of after.nodes) parts.set(name, [...(parts.get(name) ?? []), op]);
  const names = new Set<string>();
  return before.nodes.flatMap(({ name, op }) => {
    const as = parts.get(name) ?? [];
    if (names.has(name) || as.includes(op)) return [];
    names.add(name);
    return [{ layer: name, op, as }];
  });
}

const graphAt = (model: Model, inputs: Readonly<Record<string, Tensor>>): Graph =>
  model.graph(bindingsOf(model, inputs));

const costAt = (model: Model, inputs: Readonly<Record<string, Tensor>>) =>
  costOf(graphAt(model, inputs).nodes)!;

/** Errors of sizes that nobody gave say how to give them. */
async function atGuessedSizes<T>(
  inputs: Readonly<Record<string, Tensor>>,
  body: () => Promise<T>,
): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof PolyphaseError) || error.code === 'PP3006') throw error;
    const sizes = Object.entries(inputs).map(([name, tensor]) => `${name} ${printType(tensor)}`);
    throw new PolyphaseError('PP4004', {
      at: sizes.join(', '),
      problem: `the model does not run with inputs of this size, which it is checked with: ${error.message}`,
      fix: 'Give sizes that fit with --shape, or inputs with --input',
      cause: error,
    });
  }
}
