import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTensorFile } from '@polyphase/files';
import { check, type Model, PolyphaseError, type Tensor } from '@polyphase/ir';

/** Outputs that another program has written, and the inputs that it had, where they are beside them. */
export interface Recording {
  readonly from: string;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly inputFiles: ReadonlyMap<string, string>;
}

/** `mask=mask.npy`, or the name of a value inside of the model. */
export async function readRecorded(files: ReadonlyMap<string, string>): Promise<Recording> {
  const tensors = new Map<string, Tensor>();
  for (const [name, file] of files) tensors.set(name, await readTensorFile(file, {}));
  return { from: 'recorded', tensors, inputFiles: new Map() };
}

/**
 * A folder `test_data_set_N` of ONNX's backend tests: `input_0.pb`... and `output_0.pb`..., in the order of the model's
 * inputs and outputs.
 *
 * @throws PP5002 when it cannot be read or holds no output.
 */
export async function readDataSet(folder: string, model: Model): Promise<Recording> {
  const files = new Set(
    await readdir(folder).catch((cause: Error) => {
      const problem = `it is no backend, and as a folder it cannot be read: ${cause.message}`;
      const fix = 'Give a backend, a folder with output_0.pb, or NAME=FILE';
      throw new PolyphaseError('PP5002', { at: `--against ${folder}`, problem, fix, cause });
    }),
  );
  const numbered = (prefix: string, names: readonly string[]): ReadonlyMap<string, string> =>
    new Map(
      names.flatMap((name, i) =>
        files.has(`${prefix}_${i}.pb`) ? [[name, join(folder, `${prefix}_${i}.pb`)] as const] : [],
      ),
    );
  const outputs = numbered('output', model.outputs);
  check(outputs.size > 0, 'PP5002', () => ({
    at: `--against ${folder}`,
    problem: 'it has no output_0.pb',
    fix: 'Give a folder test_data_set_N of a test, or NAME=FILE',
  }));
  const { tensors } = await readRecorded(outputs);
  return {
    from: 'recorded',
    tensors,
    inputFiles: numbered(
      'input',
      model.inputs.map(({ name }) => name),
    ),
  };
}
