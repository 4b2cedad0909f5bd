import type { ProviderName } from '@polyphase/onnxruntime';
import { Command, InvalidArgumentError } from 'commander';
import { parseFiles, parseShapes } from '../arguments.ts';
import { modelArgument } from './shared.ts';

export interface OptimizeOptions {
  readonly input?: ReadonlyMap<string, string>;
  readonly shape?: ReadonlyMap<string, readonly number[]>;
  readonly weights?: string;
  readonly opset?: number;
  readonly for?: ProviderName;
  readonly trace?: boolean;
  readonly json?: boolean;
}

/** Spelled out here: `--help` does not wait for the package to be imported. */
const providerNames = [
  'cpu',
  'cuda',
  'tensorrt',
  'webgpu',
  'dml',
  'coreml',
] as const satisfies readonly ProviderName[];

const help = `
The rewrites are those that pay in runtimes that run an ONNX file layer by layer, onnxruntime above all. Sizes that are
given by --shape are fixed in the file; others stay open, and rewrites that depend on them are left out.

With --for the file is for onnxruntime alone on that execution provider: layers that it is known to refuse or to compute
wrongly are written in another form that means the same, and those that it has no kernels for are listed.

Nothing is written unless the file, read again, computes what the model computes: by the float64 definitions where the
model is small enough for them, else on the cpu backend. The inputs are random, or those of --input. Outputs may differ by
what rounding does to them, which is measured: 16 times what they move when every weight and input moves to a
neighbouring number.

Examples:
  polyphase optimize det.onnx faster.onnx
  polyphase optimize det.onnx faster.onnx --shape x=1x3x640x640 --opset 17
  polyphase optimize volumes.onnx web.onnx --for webgpu
`;

export const optimizeCommand = (): Command =>
  new Command('optimize')
    .description('Write a model as a cheaper ONNX file.')
    .argument('<MODEL>', modelArgument)
    .argument('<OUT>', 'the file to write')
    .option('--shape <NAME=LENGTHS>', 'fix the size of an input (repeatable)', parseShapes)
    .option('--input <NAME=FILE>', 'check with this input instead of a random one (repeatable)', parseFiles)
    .option('--weights <FILE>', 'the .weights.h5 of a Keras topology in JSON')
    .option('--for <PROVIDER>', `for onnxruntime on: ${providerNames.join(', ')}`, parseProvider)
    .option(
      '--opset <N>',
      "version of ONNX's operator set, 17 to 26 (default: 21, with --for the newest there)",
      parseOpset,
    )
    .option('--trace', 'print every rewrite, with the graph before and after, to stderr')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (path: string, out: string, options: OptimizeOptions) =>
      (await import('../optimize/optimize.ts')).optimizeModel(path, out, options),
    );

function parseOpset(text: string): number {
  const opset = /^\d+$/.test(text) ? Number(text) : 0;
  if (opset < 17 || opset > 26) throw new InvalidArgumentError('Give a whole number from 17 to 26.');
  return opset;
}

function parseProvider(text: string): ProviderName {
  const name = providerNames.find((each) => each === text);
  if (name) return name;
  throw new InvalidArgumentError(`Give one of ${providerNames.join(', ')}.`);
}
