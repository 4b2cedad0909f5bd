import { compile } from '@polyphase/compiler';
import { compare } from '@polyphase/conformance';
import type { Model, Tensor } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import type { Other } from './diff.ts';
import type { OutputDifference } from './report.ts';

type Tensors = Readonly<Record<string, Tensor>>;

/** The model's outputs as it runs with all passes, on both sides. `bounds` are those of one side. */
export async function compareOutputs(
  model: Model,
  inputs: Tensors,
  backend: Backend,
  other: Other,
  fallback: Backend,
  bounds: Readonly<Record<string, Float64Array>>,
): Promise<readonly OutputDifference[]> {
  const run = (preferred: Backend) => runModel(model, inputs, [preferred, fallback]);
  const one = await run(backend);
  const two = other.kind === 'recorded' ? recorded(other.tensors) : await run(other.backend);
  const factor = one.errorFactor + two.errorFactor;
  return model.outputs.flatMap((name): readonly OutputDifference[] => {
    const [mine, theirs] = [one.outputs[name]!, two.outputs[name]];
    if (!theirs) return [];
    const { maxError, mismatch } = compare(
      theirs,
      mine,
      bounds[name]!.map((error) => factor * error),
    );
    return [{ name, maxError, differs: mismatch !== undefined }];
  });
}

const recorded = (tensors: ReadonlyMap<string, Tensor>): Ran => ({
  outputs: Object.fromEntries(tensors),
  errorFactor: 1,
});

interface Ran {
  readonly outputs: Tensors;
  readonly errorFactor: number;
}

async function runModel(model: Model, inputs: Tensors, backends: readonly Backend[]): Promise<Ran> {
  const compiled = await compile(model, { backends, weighTransfers: false });
  try {
    const outputs: Tensors = await compiled.run(inputs);
    const { regions } = await compiled.prepare(inputs);
    const factors = regions.flatMap(({ program }) =>
      program.report.steps.map(({ errorFactor = 1 }) => errorFactor),
    );
    return { outputs, errorFactor: Math.max(1, ...factors) };
  } finally {
    await compiled.close();
  }
}
