import { pipeline, runPasses } from '@polyphase/compiler';
import { judge } from '@polyphase/conformance';
import { type Binding, check, type Graph, type Model, PolyphaseError, type Tensor } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { reference } from '@polyphase/reference';
import { parseFiles } from '../arguments.ts';
import { backendNames, requireUsable, withBackends } from '../backends.ts';
import type { DiffOptions } from '../commands/diff.ts';
import { readInputs } from '../inputs.ts';
import { loadModel } from '../load-model.ts';
import { type Progress, withProgress } from '../progress.ts';
import { printJson } from '../text.ts';
import { type Comparison, compareLayers, type Other, unknownNames } from './diff.ts';
import { compareOutputs } from './outputs.ts';
import { type Recording, readDataSet, readRecorded } from './recorded.ts';
import { type DiffOutcome, diffJson, diffText, isDifferent } from './report.ts';

export async function diffModel(path: string, options: DiffOptions): Promise<void> {
  const { backend, against } = options;
  const other = against.length === 1 && backendNames.includes(against[0]!) ? against : [];
  const outcome = await withBackends([...backend, ...other], ([one, two]) =>
    withProgress(`reading ${path}`, (progress) => compareModel(path, options, one!, two, progress)),
  );
  if (options.json) printJson(diffJson(outcome));
  else console.log(diffText(outcome));
  if (isDifferent(outcome)) process.exitCode = 1;
}

async function compareModel(
  path: string,
  { against, input = new Map(), shape = new Map(), random, weights }: DiffOptions,
  backend: Backend,
  second: Backend | undefined,
  progress: Progress,
): Promise<DiffOutcome> {
  for (const each of second ? [backend, second] : [backend]) await requireUsable(each);
  const model = await loadModel(path, { weights });
  const recording = second ? undefined : await readRecording(against, model);
  const files = new Map([...(recording?.inputFiles ?? []), ...input]);
  const given = await readInputs(model, { files, shapes: shape, seed: random, image: {} });
  const inputs = Object.fromEntries(given.map(({ name, tensor }) => [name, tensor]));
  const graph = graphOf(model, inputs);
  if (recording) checkRecorded(recording, graph);
  const other: Other = second
    ? { kind: 'backend', backend: second }
    : { kind: 'recorded', from: recording!.from, tensors: recording!.tensors };
  const stages = await compareStages(graph, inputs, backend, other, progress);
  progress.say('running the model as a whole');
  const { bounds } = judge(graph, inputs);
  const outputs = await compareOutputs(model, inputs, backend, other, reference(), bounds);
  return { path, backend: backend.name, against: second?.name ?? against.join(', '), stages, outputs };
}

const readRecording = (against: readonly string[], model: Model): Promise<Recording> =>
  against.length === 1 && !against[0]!.includes('=')
    ? readDataSet(against[0]!, model)
    : readRecorded(
        against.reduce<ReadonlyMap<string, string>>((files, text) => parseFiles(text, files), new Map()),
      );

function graphOf(model: Model, inputs: Readonly<Record<string, Tensor>>): Graph {
  const bindings = model.inputs.map(({ name, decidesShapes }): readonly [string, Binding] => {
    const value = inputs[name]!;
    return [name, decidesShapes ? { shape: value.shape, value } : { shape: value.shape }];
  });
  return model.graph(new Map(bindings));
}

function checkRecorded({ tensors }: Recording, graph: Graph): void {
  const [unknown] = unknownNames(graph, tensors.keys());
  check(unknown === undefined, 'PP4002', () => ({
    at: `--against ${unknown}`,
    problem: 'no output and no value inside of the model has this name',
    fix: `Its outputs are: ${graph.outputs.map(({ name }) => name).join(', ')}`,
  }));
}

/** The layers of the file; if they agree, those after the passes, which recorded values inside do not know. */
async function compareStages(
  graph: Graph,
  inputs: Readonly<Record<string, Tensor>>,
  backend: Backend,
  other: Other,
  progress: Progress,
): Promise<DiffOutcome['stages']> {
  const stages: { stage: string; layers: number; comparison: Comparison }[] = [];
  const graphs = [
    ['layers of the file', graph],
    ['layers after the passes', runPasses(graph, pipeline).graph],
  ] as const;
  for (const [stage, layers] of graphs) {
    if (layers === graph && stages.length > 0) continue;
    const comparison = await compareLayers(layers, inputs, backend, other, {
      fallback: reference(),
      onLayer: (node, i) => progress.say(`${stage}: ${i + 1} of ${layers.nodes.length}, ${node.name}`),
    }).catch((error: unknown) => {
      throw error instanceof PolyphaseError ? error.within(stage) : error;
    });
    stages.push({ stage, layers: layers.nodes.length, comparison });
    if (comparison.difference) break;
  }
  return stages;
}
