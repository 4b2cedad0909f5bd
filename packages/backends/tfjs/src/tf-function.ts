import { type Graph, PolyphaseError, type StaticType, type Value } from '@polyphase/ir';
import type { Backend, Program } from '@polyphase/plugin';
import { isTfjsProgram, type TfjsProgram } from './program.ts';
import { storageOf } from './storage.ts';
import type { TfTensor } from './tf.ts';

/** What is needed of a compiled model: `compile` of `polyphase` makes such. */
export interface PreparableModel {
  readonly name: string;
  prepare(shapes?: Readonly<Record<string, readonly number[]>>): Promise<{
    readonly graph: Graph;
    readonly regions: readonly {
      readonly graph: Graph;
      readonly program: Program;
      readonly backend: Backend;
    }[];
  }>;
}

/**
 * A model as a function of tensors of TensorFlow.js, for one set of input sizes. It only enqueues work and awaits nothing, so
 * it stands inside `tf.tidy`: outputs are tracked by the `tidy` around or else the caller's, inputs stay the caller's, and
 * nothing else is left behind. It lives as long as the model is open.
 */
export interface TfFunction {
  /** All outputs by name. @throws PP4001, PP4003, PP4004 for unfit inputs, PP4006 when the model is closed. */
  run(inputs: Readonly<Record<string, TfTensor>>): Record<string, TfTensor>;
  /** The output of a model that has one input and one output. */
  apply(input: TfTensor): TfTensor;
}

/**
 * The function of a model that was compiled with `tfjs()` alone. Inputs of fixed size need no entry in `shapes`.
 *
 * @throws PP3003 when a layer runs on another backend.
 */
export async function toTfFunction(
  model: PreparableModel,
  shapes: Readonly<Record<string, readonly number[]>> = {},
): Promise<TfFunction> {
  const { graph, regions } = await model.prepare(shapes);
  for (const region of regions) checkProgram(region);
  const run = (inputs: Readonly<Record<string, TfTensor>>): Record<string, TfTensor> => {
    const values = new Map<Value, TfTensor>(graph.inputs.map((value) => [value, inputOf(value, inputs)]));
    for (const { graph: part, program } of regions) {
      const results = (program as TfjsProgram).apply(part.inputs.map((value) => values.get(value)!));
      for (const [i, { value }] of part.outputs.entries()) values.set(value, results[i]!);
    }
    return Object.fromEntries(
      graph.outputs.map(({ name, value }) => {
        const tensor = outputOf(name, values.get(value));
        return [name, graph.inputs.includes(value) ? tensor.clone() : tensor];
      }),
    );
  };
  return {
    run,
    apply(input) {
      const [first, ...others] = graph.inputs;
      if (!first || others.length > 0 || graph.outputs.length !== 1) throw notSingle(model.name, graph);
      return run({ [first.name]: input })[graph.outputs[0]!.name]!;
    },
  };
}

function checkProgram({
  graph,
  program,
  backend,
}: {
  graph: Graph;
  program: Program;
  backend: Backend;
}): void {
  if (isTfjsProgram(program)) return;
  const [first, ...others] = graph.nodes;
  throw new PolyphaseError('PP3003', {
    at: first ? `${first.name} (${first.op})` : graph.name,
    problem: `it runs on ${backend.name}${others.length > 0 ? `, as ${others.length} more layers do` : ''}, not on TensorFlow.js`,
    fix: 'Compile the model with tfjs() alone; `model.placement` says why a layer is refused',
  });
}

function inputOf({ name, type }: Value, inputs: Readonly<Record<string, TfTensor>>): TfTensor {
  const given = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  if (!given)
    throw new PolyphaseError('PP4001', {
      at: `input ${name}`,
      problem: `no tensor is given; there are ${Object.keys(inputs).join(', ') || 'none'}`,
      fix: `Give a tensor as ${name}`,
    });
  const { dtype, shape } = type as StaticType;
  if (given.dtype !== storageOf(dtype))
    throw new PolyphaseError('PP4003', {
      at: `input ${name}`,
      problem: `the tensor is ${given.dtype}, the model takes ${dtype}`,
      fix: `Give a tensor of ${storageOf(dtype)}`,
    });
  if (given.shape.join() !== shape.join())
    throw new PolyphaseError('PP4004', {
      at: `input ${name}`,
      problem: `the tensor is [${given.shape.join(', ')}], the function was made for [${shape.join(', ')}]`,
      fix: 'Call toTfFunction with these sizes',
    });
  return given;
}

/** An output that no layer makes is an input or a constant of the model. */
function outputOf(name: string, tensor: TfTensor | undefined): TfTensor {
  if (tensor) return tensor;
  throw new PolyphaseError('PP3003', {
    at: `output ${name}`,
    problem: 'it is a constant, which no layer on TensorFlow.js makes',
    fix: 'Leave this output out',
  });
}

const notSingle = (name: string, { inputs, outputs }: Graph): PolyphaseError =>
  new PolyphaseError('PP4002', {
    at: name,
    problem: `apply takes a model of one input and one output, this one has ${inputs.length} and ${outputs.length}`,
    fix: `Use run({ ${inputs.map((value) => value.name).join(', ')} })`,
  });
