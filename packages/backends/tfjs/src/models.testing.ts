import { type CompiledModel, compile } from '@polyphase/compiler';
import {
  type DType,
  type Graph,
  type Model,
  type Node,
  outputOf,
  type Tensor,
  tensor,
  type Value,
} from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';

export type Shapes = Readonly<Record<string, readonly number[]>>;

/** A model of one output, `y`, put together by `build` from its inputs. */
export function modelOf(
  shapes: Shapes,
  build: (inputs: Record<string, Value>) => readonly Node[],
  dtype: DType = 'float32',
): Model {
  const specs = Object.entries(shapes).map(([name, shape]) => ({ name, type: { dtype, shape } }));
  return {
    name: 'model',
    inputs: specs,
    outputs: ['y'],
    graph(): Graph {
      const nodes = build(Object.fromEntries(specs.map((value) => [value.name, value])));
      return {
        name: 'model',
        inputs: specs,
        nodes,
        outputs: [{ name: 'y', value: outputOf(nodes.at(-1)!) }],
      };
    },
  };
}

/** The model as it is, without the compiler's rewrites. */
export const compiled = (model: Model, backend: Backend): Promise<CompiledModel> =>
  compile(model, { backends: [backend], passes: [] });

/** Numbers that are all different: -1.5, -1.25, ... */
export const ramp = (shape: readonly number[], dtype: DType = 'float32'): Tensor =>
  tensor(
    Array.from({ length: shape.reduce((all, n) => all * n, 1) }, (_, i) => (i % 29) / 4 - 1.5),
    shape,
    dtype,
  );

export const weight = (name: string, shape: readonly number[]): Value => {
  const constant = ramp(shape);
  return { name, type: constant, constant };
};

/** The kernels of the steps of a model's only region. */
export async function kernelsOf(model: CompiledModel): Promise<readonly string[]> {
  const { regions } = await model.prepare();
  return regions.flatMap(({ program }) => program.report.steps.map(({ kernel }) => kernel));
}
