import { readFileSync } from 'node:fs';
import { type DType, type Model, type Tensor, tensor } from '@polyphase/ir';

interface Recorded {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** What Keras computes for a model; `test-fixtures/keras/make.py` wrote it. */
export interface Golden {
  readonly inputs: readonly Tensor[];
  /** By the name of the output, or its number where the model gives a list. */
  readonly outputs: Readonly<Record<string, Tensor>>;
}

export const fixture = (file: string): URL =>
  new URL(`../../../../test-fixtures/keras/${file}`, import.meta.url);

export function readGolden(name: string): Golden {
  const { inputs, outputs } = JSON.parse(readFileSync(fixture(`${name}.json`), 'utf8')) as {
    readonly inputs: readonly Recorded[];
    readonly outputs: Readonly<Record<string, Recorded>>;
  };
  const read = ({ data, shape, dtype }: Recorded): Tensor => tensor(data, shape, dtype);
  return {
    inputs: inputs.map(read),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, read(value)])),
  };
}

/** The golden's inputs under the names of the model's. */
export const feedsOf = (model: Model, { inputs }: Golden): Record<string, Tensor> =>
  Object.fromEntries(model.inputs.map(({ name }, i) => [name, inputs[i]!]));
