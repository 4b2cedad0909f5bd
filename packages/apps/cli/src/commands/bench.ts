import { Command, InvalidArgumentError } from 'commander';
import { parseShapes, parseThreads } from '../arguments.ts';
import { backendOption } from './shared.ts';

export interface BenchOptions {
  readonly backend: readonly string[];
  readonly threads?: number;
  readonly seconds: number;
  readonly shape?: ReadonlyMap<string, readonly number[]>;
  readonly weights?: string;
  readonly profile?: boolean;
  readonly json?: string;
}

const help = `
NAME is a model file, or in the repository a layer of tools/bench/layers.json; without names all of these are timed. Each
backend runs alone, all of them in turn, A B A B, so that a machine whose speed drifts treats them alike. Inputs are
random; sizes that a model leaves open are given by --shape. A backend that cannot run all of a model is left out, with
its reason.

Other runtimes: npm run bench.

Examples:
  polyphase bench dcgan-128x32-k4s2 --threads 1
  polyphase bench det.onnx --shape x=1x3x640x640 --backend cpu,webgpu --profile
`;

export const benchCommand = (): Command =>
  new Command('bench')
    .description('Time layers and models on the backends.')
    .argument('[NAME...]', 'layers or model files (default: all layers)')
    .addOption(backendOption('backends to time').default(['cpu'], 'cpu'))
    .option('--threads <N>', 'threads of the processor (default: as the backend thinks best)', parseThreads)
    .option('--seconds <N>', 'time for each case, all backends together', parseSeconds, 1)
    .option('--shape <NAME=LENGTHS>', 'give the size of an input (repeatable)', parseShapes)
    .option('--weights <FILE>', 'the .weights.h5 of a Keras topology in JSON')
    .option('--profile', 'tell the slowest kernels too')
    .option('--json <FILE>', 'write all figures to a file')
    .addHelpText('after', help)
    .action(async (names: readonly string[], options: BenchOptions) =>
      (await import('../bench/bench.ts')).runBench(names, options),
    );

function parseSeconds(text: string): number {
  const seconds = text.trim() === '' ? Number.NaN : Number(text);
  if (!(seconds > 0 && seconds <= 3600))
    throw new InvalidArgumentError('Give a number from above 0 to 3600.');
  return seconds;
}
