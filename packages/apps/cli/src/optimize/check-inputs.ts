import { readTensorFile } from '@polyphase/files';
import { check, type Dim, type InputSpec, type Model, type Tensor } from '@polyphase/ir';
import { randomNumbers, randomTensor } from '../random.ts';

/** A length for an open size: batches are small, and most networks halve their maps up to five times. */
const lengthOf = (dim: Dim, axis: number): number => (typeof dim === 'number' ? dim : axis === 0 ? 1 : 64);

/** Inputs to check a model with: files where they are given, else random elements. */
export async function checkInputs(
  { inputs }: Model,
  files: ReadonlyMap<string, string>,
): Promise<Readonly<Record<string, Tensor>>> {
  const next = randomNumbers(1);
  const given: Record<string, Tensor> = {};
  for (const spec of inputs) {
    const file = files.get(spec.name);
    given[spec.name] = file === undefined ? randomInput(spec, next) : await readTensorFile(file, {});
  }
  return given;
}

function randomInput({ name, type, decidesShapes }: InputSpec, next: () => number): Tensor {
  check(!decidesShapes, 'PP4001', () => ({
    at: `input ${name}`,
    problem: 'the sizes in the graph depend on its elements, which cannot be random',
    fix: `Give --input ${name}=FILE`,
  }));
  return randomTensor(type.dtype, type.shape.map(lengthOf), next);
}
