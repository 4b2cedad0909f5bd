import { Command, InvalidArgumentError } from 'commander';
import { parseBackends, parseFiles, parseSeed, parseShapes } from '../arguments.ts';
import { defaultBackends } from '../backends.ts';
import { modelArgument } from './shared.ts';

export interface DiffOptions {
  readonly backend: readonly string[];
  readonly against: readonly string[];
  readonly input?: ReadonlyMap<string, string>;
  readonly shape?: ReadonlyMap<string, readonly number[]>;
  readonly weights?: string;
  readonly random?: number;
  readonly json?: boolean;
}

const help = `
Both sides run the model once with every value of it as an output: first the layers as they stand in the file, then those
that the compiler's passes make of them. Each layer is judged by its definition on the operands that this side has itself,
so that the tolerance is that of one layer, and the first that is out of it is told with the likely cause.

WHAT is a backend, a folder test_data_set_N with output_0.pb, ... (its input_0.pb, ... are used where --input gives
none), or NAME=FILE for an output or any value inside of the model, as another program has written it (repeatable).

The definitions take as long as they take: give a large model small inputs.

Exit code 1 when something differs.

Examples:
  polyphase diff det.onnx --backend cpu --against reference --random 1 --shape image=1x3x64x64
  polyphase diff det.onnx --against mask=mask.npy --input image=image.npy
  polyphase diff model.onnx --against test_data_set_0 --json
`;

export const diffCommand = (): Command =>
  new Command('diff')
    .description('Find the first layer that differs.')
    .argument('<MODEL>', modelArgument)
    .requiredOption('--against <WHAT>', 'a backend, a folder or NAME=FILE', collect)
    .option('--backend <NAME>', 'the backend to check', parseOne, [defaultBackends[0]!])
    .option('--input <NAME=FILE>', 'give an input from a .npy or .pb file (repeatable)', parseFiles)
    .option('--shape <NAME=LENGTHS>', 'give the size of a random input (repeatable)', parseShapes)
    .option('--weights <FILE>', 'the .weights.h5 of a Keras topology in JSON')
    .option('--random <SEED>', 'fill inputs without a file with random elements', parseSeed)
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (path: string, options: DiffOptions) =>
      (await import('../diff/command.ts')).diffModel(path, options),
    );

const collect = (text: string, earlier: readonly string[] = []): readonly string[] => [...earlier, text];

function parseOne(text: string): readonly string[] {
  const names = parseBackends(text);
  if (names.length > 1) throw new InvalidArgumentError('Give one; the other one is --against.');
  return names;
}
