import { Command } from 'commander';
import { type ModelOptions, withModelOptions } from './shared.ts';

export interface InspectOptions extends ModelOptions {
  readonly emit?: string;
  readonly html?: string;
}

const help = `
Sizes that a model leaves open are given by --shape, or by the files of its inputs; without them only the layers and
their open shapes are printed.

products  multiply-adds, as they are usually counted
moved     bytes read and written, each operand and output once
sees      what the element in the middle of a layer's output sees of the model's input

Examples:
  polyphase inspect det.onnx --shape image=1x3x640x640
  polyphase inspect det.onnx --shape image=1x3x640x640 --html det.html
  polyphase inspect up.onnx --backend cpu --strict --json
`;

export const inspectCommand = (): Command =>
  withModelOptions(new Command('inspect').description('Print layers, rewrites, cost and placement.'))
    .option('--html <FILE>', 'draw the layers before and after the rewrites')
    .option('--emit <DIR>', 'write the generated code into a folder')
    .addHelpText('after', help)
    .action(async (path: string, options: InspectOptions) =>
      (await import('../inspect/inspect.ts')).inspectModel(path, options),
    );
