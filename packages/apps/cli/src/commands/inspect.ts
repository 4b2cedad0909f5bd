import { type CompiledModel, compile, type Specialization } from '@polyphase/compiler';
import {
  type Graph,
  type InputSpec,
  isStatic,
  type Model,
  PolyphaseError,
  printShape,
  printType,
  type Tensor,
} from '@polyphase/ir';
import { loadOnnx } from '@polyphase/onnx';
import type { Backend } from '@polyphase/plugin';
import { Command } from 'commander';
import { withBackends } from '../backends.ts';
import { checkNames, exampleShape, readInput } from '../inputs.ts';
import { type Inspection, inspectionOf } from '../inspection.ts';
import { printInspection } from '../inspection-text.ts';
import { withProgress } from '../progress.ts';
import { printJson, table } from '../text.ts';
import { type ModelOptions, traceTo, withModelOptions } from './shared.ts';

const help = `
Sizes that a model leaves open are given by --shape, or by the files of its inputs; without them only the layers and
their open shapes are printed.

Examples:
  polyphase inspect det.onnx --shape image=1x3x640x640
  polyphase inspect up.onnx --backend cpu --strict --json
`;

export const inspectCommand = (): Command =>
  withModelOptions(new Command('inspect').description('Print layers, sizes, placement and cost.'))
    .addHelpText('after', help)
    .action(inspectModel);

async function inspectModel(path: string, options: ModelOptions): Promise<void> {
  const model = await withProgress(`reading ${path}`, () => loadOnnx(path));
  const sizes = await sizesOf(model, options);
  const open = model.inputs.filter((spec) => !isKnown(spec, sizes.get(spec.name)));
  if (open.length > 0) return printOpenModel(path, model, open, options.json);
  const inspection = await withBackends(options.backend, (backends) =>
    withProgress(`compiling ${path}`, () => inspectSized(model, sizes, backends, options), options.trace),
  );
  if (options.json) printJson({ model: path, ...inspection });
  else console.log(printInspection(path, inspection));
}

type Sizes = ReadonlyMap<string, readonly number[] | Tensor>;

async function sizesOf(model: Model, { input = new Map(), shape = new Map() }: ModelOptions): Promise<Sizes> {
  checkNames(
    'input',
    [...input.keys(), ...shape.keys()],
    model.inputs.map(({ name }) => name),
  );
  const sizes = new Map<string, readonly number[] | Tensor>(shape);
  for (const spec of model.inputs) {
    const file = input.get(spec.name);
    if (file !== undefined) sizes.set(spec.name, await readInput(spec, file, {}));
  }
  return sizes;
}

function isKnown({ type, decidesShapes }: InputSpec, size: readonly number[] | Tensor | undefined): boolean {
  if (decidesShapes) return size !== undefined && 'dtype' in size;
  return size !== undefined || isStatic(type.shape);
}

async function inspectSized(
  model: Model,
  sizes: Sizes,
  backends: readonly Backend[],
  { strict = false, trace }: ModelOptions,
): Promise<Inspection> {
  const compiled: CompiledModel = await compile(model, { backends, strict, ...traceTo(trace) });
  try {
    const specialization: Specialization = await compiled.prepare(Object.fromEntries(sizes));
    return inspectionOf(specialization, compiled.unusable);
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
