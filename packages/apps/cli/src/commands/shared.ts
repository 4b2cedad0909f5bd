import { type Command, Option } from 'commander';
import { parseBackends, parseFiles, parseNumbers, parseShapes } from '../arguments.ts';
import { defaultBackends } from '../backends.ts';

/** Options of the commands that compile a model. */
export interface ModelOptions {
  readonly input?: ReadonlyMap<string, string>;
  readonly shape?: ReadonlyMap<string, readonly number[]>;
  readonly weights?: string;
  readonly backend: readonly string[];
  readonly strict?: boolean;
  readonly trace?: boolean;
  readonly json?: boolean;
}

export const modelArgument = 'an ONNX file, or a Keras one: .keras, .h5, model.json';

export const withModelOptions = (command: Command): Command =>
  command
    .argument('<MODEL>', modelArgument)
    .option(
      '--input <NAME=FILE>',
      'give an input from a .npy, .pb, .png or .jpg file (repeatable)',
      parseFiles,
    )
    .option(
      '--shape <NAME=LENGTHS>',
      'give the size of an input, as image=1x3x640x640 (repeatable)',
      parseShapes,
    )
    .option('--weights <FILE>', 'the .weights.h5 of a Keras topology in JSON')
    .addOption(backendOption('backends in order of preference'))
    .option('--strict', 'fail when a layer would not run on the first backend')
    .option('--trace', 'print every rewrite, with the graph before and after, to stderr')
    .option('--json', 'print one JSON object');

export const backendOption = (description: string): Option =>
  new Option('--backend <LIST>', description)
    .argParser(parseBackends)
    .default(defaultBackends, defaultBackends.join(','));

export const withImageOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--layout <ORDER>', 'axes of pictures (default: as the input has its channels)').choices([
        'NCHW',
        'NHWC',
      ]),
    )
    .addOption(
      new Option('--channels <ORDER>', 'default RGB, gray for one channel').choices(['RGB', 'BGR', 'gray']),
    )
    .addOption(
      new Option('--range <RANGE>', 'black and white, default 0-1').choices(['0-1', '0-255', '-1-1']),
    )
    .addOption(
      new Option('--output-range <RANGE>', 'the same for outputs (default: as --range)').choices([
        '0-1',
        '0-255',
        '-1-1',
      ]),
    )
    .option('--mean <NUMBERS>', 'subtract from pictures, as 0.485,0.456,0.406', parseNumbers)
    .option('--std <NUMBERS>', 'then divide by, as 0.229,0.224,0.225', parseNumbers);

/** Where `--trace` goes. */
export const traceTo = (trace: boolean | undefined): { trace?: (line: string) => void } =>
  trace ? { trace: (line) => console.error(line) } : {};
