import { compile, exportPipeline, runPasses } from '@polyphase/compiler';
import {
  type Binding,
  type Graph,
  type Model,
  PolyphaseError,
  products,
  type Tensor,
  toNumbers,
} from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { openBackends } from '../backends.ts';
import { randomNumbers } from '../random.ts';
import { perturbedModel, perturbedTensor, roundoffOf } from './perturbed.ts';

export interface OutputCheck {
  readonly output: string;
  /** The greatest difference of an element, and the greatest that rounding explains. */
  readonly difference: number;
  readonly allowed: number;
}

export interface CheckReport {
  readonly by: 'definitions' | 'cpu';
  readonly outputs: readonly OutputCheck[];
}

type Tensors = Readonly<Record<string, Tensor>>;

/** Models of fewer multiply-adds are run by the float64 definitions, several times. */
const mostByDefinition = 2e8;

/** How often the model is run with perturbed numbers, and how many times as much as then outputs may move. */
const perturbations = 3;
const allowance = 16;

export const bindingsOf = (model: Model, inputs: Tensors): ReadonlyMap<string, Binding> =>
  new Map(
    model.inputs.map(({ name, decidesShapes }) => {
      const value = inputs[name]!;
      return [name, decidesShapes ? { shape: value.shape, value } : { shape: value.shape }];
    }),
  );

/** Runs both models and compares their outputs. @throws PP3006 when they differ. */
export async function checkSame(model: Model, optimized: Model, inputs: Tensors): Promise<CheckReport> {
  const graph = model.graph(bindingsOf(model, inputs));
  const isSmall = graph.nodes.reduce((all, node) => all + products(node), 0) <= mostByDefinition;
  if (isSmall) checkRewrites(graph);
  const by = isSmall ? 'definitions' : 'cpu';
  const [backend] = await openBackends([isSmall ? 'reference' : 'cpu']);
  try {
    const outputs = await compareOutputs(model, optimized, inputs, backend!);
    for (const each of outputs) if (!(each.difference <= each.allowed)) throw differs(each);
    return { by, outputs };
  } finally {
    await backend!.close();
  }
}

/** Each rewrite on its own, on random numbers. @throws PP3006 */
const checkRewrites = (graph: Graph): void => void runPasses(graph, exportPipeline, { verify: true });

async function compareOutputs(
  model: Model,
  optimized: Model,
  inputs: Tensors,
  backend: Backend,
): Promise<readonly OutputCheck[]> {
  const expected = await run(model, inputs, backend);
  const given = await run(optimized, inputs, backend);
  const moves = new Map(model.outputs.map((name) => [name, 0]));
  const next = randomNumbers(7);
  for (let i = 0; i < perturbations; i++) {
    const moved = Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [name, perturbedTensor(tensor, next)]),
    );
    const results = await run(perturbedModel(model, next), moved, backend);
    for (const [name, most] of moves)
      moves.set(name, Math.max(most, greatestDifference(expected[name]!, results[name]!)));
  }
  return model.outputs.map((output) => ({
    output,
    difference: greatestDifference(expected[output]!, given[output]!),
    allowed:
      allowance * moves.get(output)! + 4 * roundoffOf(expected[output]!.dtype) * magnitude(expected[output]!),
  }));
}

async function run(model: Model, inputs: Tensors, backend: Backend): Promise<Tensors> {
  const compiled = await compile(model, { backends: [backend], passes: [] });
  try {
    return await compiled.run(inputs);
  } finally {
    await compiled.close();
  }
}

/** Infinite where the shapes differ, or one has a NaN or an infinity that the other has not. */
function greatestDifference(a: Tensor, b: Tensor): number {
  if (a.shape.join() !== b.shape.join() || a.dtype !== b.dtype) return Number.POSITIVE_INFINITY;
  const [one, other] = [toNumbers(a), toNumbers(b)];
  return one.reduce((most, value, i) => {
    if (Object.is(value, other[i]) || value === other[i]) return most;
    const difference = Math.abs(value - other[i]!);
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(most, difference);
  }, 0);
}

const magnitude = (tensor: Tensor): number =>
  toNumbers(tensor).reduce(
    (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
    0,
  );

const differs = ({ output, difference, allowed }: OutputCheck): PolyphaseError =>
  new PolyphaseError('PP3006', {
    at: `output ${output}`,
    problem: `the rewritten model differs by ${difference.toPrecision(3)}, rounding explains ${allowed.toPrecision(3)}; nothing is written`,
    fix: 'Report this with the model',
  });
