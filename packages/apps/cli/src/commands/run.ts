import { Command } from 'commander';
import { type ImageOptions, parseFiles, parseSeed, parseThreads } from '../arguments.ts';
import { type ModelOptions, withImageOptions, withModelOptions } from './shared.ts';

export interface RunOptions extends ModelOptions, ImageOptions {
  readonly output?: ReadonlyMap<string, string>;
  readonly random?: number;
  readonly threads?: number;
  readonly emit?: string;
}

const help = `
Pictures become tensors by (value in --range - mean) / std; outputs become pictures by --output-range alone.

Examples:
  polyphase run det.onnx --input image=page.png --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225 --output mask=mask.png
  polyphase run up.onnx --input x=x.npy --output y=y.npy --backend reference
  polyphase run up.onnx --random 1 --shape x=1x64x32x32
`;

export const runCommand = (): Command =>
  withImageOptions(
    withModelOptions(new Command('run').description('Run a model once.'))
      .option(
        '--output <NAME=FILE>',
        'write an output to a .npy, .pb, .png or .jpg file (repeatable)',
        parseFiles,
      )
      .option('--emit <DIR>', 'write the generated code into a folder')
      .option('--random <SEED>', 'fill inputs without a file with random elements', parseSeed)
      .option(
        '--threads <N>',
        'threads of the processor (default: as the backend thinks best)',
        parseThreads,
      ),
  )
    .addHelpText('after', help)
    .action(async (path: string, options: RunOptions) =>
      (await import('../run/run.ts')).runModel(path, options),
    );
