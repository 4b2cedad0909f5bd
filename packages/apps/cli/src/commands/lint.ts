import { Command } from 'commander';
import { parseFiles, parseShapes } from '../arguments.ts';
import { modelArgument } from './shared.ts';

export interface LintOptions {
  readonly input?: ReadonlyMap<string, string>;
  readonly shape?: ReadonlyMap<string, readonly number[]>;
  readonly weights?: string;
  readonly runtime?: string;
  readonly strict?: boolean;
  readonly html?: string;
  readonly json?: boolean;
}

const help = `
error    runtimes are known to compute different numbers, without a word
warning  a runtime refuses the layer, or its weights make a pattern
note     good to know

What depends on sizes that the model leaves open is found with --shape only. Every finding has an id that stays.

Examples:
  polyphase lint det.onnx
  polyphase lint gan.onnx --html gan.html
  polyphase lint det.onnx --runtime onnxruntime --strict
`;

export const lintCommand = (): Command =>
  new Command('lint')
    .description('Tell what will bite in other runtimes.')
    .argument('<MODEL>', modelArgument)
    .option('--shape <NAME=LENGTHS>', 'give the size of an input (repeatable)', parseShapes)
    .option('--input <NAME=FILE>', 'give an input whose elements decide sizes (repeatable)', parseFiles)
    .option('--weights <FILE>', 'the .weights.h5 of a Keras topology in JSON')
    .option('--runtime <TEXT>', 'only runtimes whose name has this in it, such as onnxruntime')
    .option('--strict', 'exit with 1 when there are errors')
    .option('--html <FILE>', 'write a page with pictures')
    .option('--json', 'print one JSON object')
    .addHelpText('after', help)
    .action(async (path: string, options: LintOptions) =>
      (await import('../lint/lint.ts')).lintModel(path, options),
    );
