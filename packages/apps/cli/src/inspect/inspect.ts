import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { compile, type ModelReport, reportOf } from '@polyphase/compiler';
import { checkWritable } from '@polyphase/files';
import {
  check,
  type Graph,
  type InputSpec,
  isStatic,
  type Model,
  PolyphaseError,
  printShape,
  printType,
  type Tensor,
} from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { withBackends } from '../backends.ts';
import type { InspectOptions } from '../commands/inspect.ts';
import { traceTo } from '../commands/shared.ts';
import { emitTo } from '../emit.ts';
import { givenSizes, type Sizes } from '../graph.ts';
import { exampleShape } from '../inputs.ts';
import { loadModel } from '../load-model.ts';
import { withProgress } from '../progress.ts';
import { printJson, table } from '../text.ts';
import { printReport } from './text.ts';

export async function inspectModel(path: string, options: InspectOptions): Promise<void> {
  if (options.html !== undefined) await checkWritable(options.html);
  const model = await withProgress(`reading ${path}`, () => loadModel(path, options));
  const sizes = await givenSizes(model, options.shape, options.input);
  const open = model.inputs.filter((spec) => !isKnown(spec, sizes.get(spec.name)));
  if (open.length > 0) {
    checkNeedsNoSizes(path, open, options);
    return printOpenModel(path, model, open, options.json);
  }
  const report = await withBackends(options.backend, (backends) =>
    withProgress(`compiling ${path}`, () => inspectSized(model, sizes, backends, options), options.trace),
  );
  if (options.html !== undefined) {
    const { inspectPage } = await import('@polyphase/pages');
    await writeFile(options.html, inspectPage(basename(path), report));
  }
  if (options.json) printJson({ model: path, ...report });
  else console.log(printReport(path, report));
}

/** @throws PP5001 when a page or code is asked for, which only known sizes give. */
function checkNeedsNoSizes(at: string, open: readonly InputSpec[], { html, emit }: InspectOptions): void {
  check(html === undefined && emit === undefined, 'PP5001', () => ({
    at,
    problem: `${html === undefined ? '--emit' : '--html'} needs the sizes of its inputs, which are open`,
    fix: `Add ${open.map((spec) => `--shape ${exampleShape(spec)}`).join(' ')}`,
  }));
}

function isKnown({ type, decidesShapes }: InputSpec, size: readonly number[] | Tensor | undefined): boolean {
  if (decidesShapes) return size !== undefined && 'dtype' in size;
  return size !== undefined || isStatic(type.shape);
}

async function inspectSized(
  model: Model,
  sizes: Sizes,
  backends: readonly Backend[],
  { strict = false, trace, emit }: InspectOptions,
): Promise<ModelReport> {
  const compiled = await compile(model, { backends, strict, ...traceTo(trace) });
  try {
    const specialization = await compiled.prepare(Object.fromEntries(sizes));
    if (emit !== undefined) await emitTo(emit, compiled.emit());
    return reportOf(specialization, compiled.unusable);
  } finally {
    await compiled.close();
  }
}

/** Lengths that follow from open ones through many layers are as long as a book. */
const shortened = (shape: string): string => (shape.length <= 100 ? shape : `${shape.slice(0, 99)}…`);

/** The graph of a model whose sizes are open, as the frontend makes it, or why it cannot. */
function openGraph(model: Model): Graph | PolyphaseError {
  try {
    return model.graph();
  } catch (error) {
    if (error instanceof PolyphaseError) return error;
    throw error;
  }
}

function printOpenModel(
  path: string,
  model: Model,
  open: readonly InputSpec[],
  json: boolean | undefined,
): void {
  const graph = openGraph(model);
  const needs = open.map((spec) =>
    spec.decidesShapes ? `--input ${spec.name}=FILE` : `--shape ${exampleShape(spec)}`,
  );
  const layers = 'nodes' in graph ? graph.nodes : [];
  const problem = 'nodes' in graph ? undefined : graph.message;
  if (json) {
    printJson({
      model: path,
      inputs: model.inputs.map(({ name, type }) => ({ name, ...type })),
      outputs: model.outputs,
      layers: layers.map(({ name, op, outputs }) => ({ name, op, shape: outputs[0]!.type.shape })),
      needs,
      problem: problem ?? null,
    });
    return;
  }
  const rows = layers.map(({ name, op, outputs }) => [
    name,
    op,
    shortened(printShape(outputs[0]!.type.shape)),
  ]);
  const lines = [
    `${path}: inputs ${model.inputs.map(({ name, type }) => `${name} ${printType(type)}`).join(', ')}`,
    `outputs ${model.outputs.join(', ')}`,
    '',
    problem
      ? `The layers cannot be listed while sizes are open: ${problem}`
      : table(['layer', 'operation', 'output'], rows),
    '',
    `Sizes are open. For counts, placement and memory add ${needs.join(' ')}`,
  ];
  console.log(lines.join('\n'));
}
