import { Command, InvalidArgumentError } from 'commander';
import { parseFiles, parseShapes } from '../arguments.ts';
import { modelArgument } from './shared.ts';

export interface OptimizeOptions {
  readonly input?: ReadonlyMap<string, string>;
  readonly shape?: ReadonlyMap<string, readonly number[]>;
  readonly weights?: string;
  readonly opset?: number;
  readonly trace?: boolean;
  readonly json?: boolean;
}

const help = `
The rewrites are those that pay in runtimes that run an ONNX file layer by layer, onnxruntime above all. Sizes that are
given by --shape are fixed in the file; others stay open, and rewrites that depend on them are left out.

Nothing is written unless the file, read again, computes what the model computes: by the float64 definitions where the
model is small enough for them, else on the cpu backend. The inputs are random, or those of --input. Outputs may differ by
what rounding does to them, which is measured: 16 times what they move when every weight and input moves to a
neighbouring number.

Examples:
  polyphase optimize det.onnx faster.onnx
  polyphase optimize det.onnx faster.onnx --shape x=1x3x640x640 --opset 17
`;

export const optimizeCommand = (): Command =>
  new Command('optimize')
    .description('Write a model as a cheaper ONNX file.')
    .argument('<MODEL>', modelArgument)
    .argument('<OUT>', 'the file to write')
    .option('--shape <NAME=LENGTHS>', 'fix the size of an input (repeatable)', parseShapes)
    .option('--input <NAME=FILE>', 'check with this input instead of a random one (repeatable)', parseFiles)
    .option('--weights <FILE>', 'the .weights.h5 of a Keras topology in JSON')
    .option('--opset <N>', "version of ONNX's operator set, 17 to 26 (default: 21)", parseOpset)
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
