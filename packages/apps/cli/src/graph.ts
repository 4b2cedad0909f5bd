import { type Binding, type Graph, isStatic, type Model, PolyphaseError, type Tensor } from '@polyphase/ir';
import { checkNames, exampleShape, readInput } from './inputs.ts';

/** What is known of the inputs of a model: sizes, or tensors. */
export type Sizes = ReadonlyMap<string, readonly number[] | Tensor>;

/** The sizes that `--shape` and `--input` give. @throws PP4002 for other names, and the errors of files. */
export async function givenSizes(
  model: Model,
  shapes: ReadonlyMap<string, readonly number[]> = new Map(),
  files: ReadonlyMap<string, string> = new Map(),
): Promise<Sizes> {
  checkNames(
    'input',
    [...files.keys(), ...shapes.keys()],
    model.inputs.map(({ name }) => name),
  );
  const sizes = new Map<string, readonly number[] | Tensor>(shapes);
  for (const spec of model.inputs) {
    const file = files.get(spec.name);
    if (file !== undefined) sizes.set(spec.name, await readInput(spec, file, {}));
  }
  return sizes;
}

/** The graph for the sizes that are known. @throws what making it throws, with how to give the other sizes. */
export function graphFor(model: Model, sizes: Sizes): Graph {
  const bindings = [...sizes].map(([name, size]): [string, Binding] => {
    if (!('dtype' in size)) return [name, { shape: size }];
    const spec = model.inputs.find((input) => input.name === name);
    return [name, spec?.decidesShapes ? { shape: size.shape, value: size } : { shape: size.shape }];
  });
  try {
    return model.graph(new Map(bindings));
  } catch (error) {
    const open = model.inputs.filter(({ name, type }) => !sizes.has(name) && !isStatic(type.shape));
    if (!(error instanceof PolyphaseError) || open.length === 0) throw error;
    const { code, at, problem } = error;
    const fix = `Give sizes with ${open.map((spec) => `--shape ${exampleShape(spec)}`).join(' ')}`;
    throw new PolyphaseError(code, { at, problem, fix, cause: error });
  }
}
