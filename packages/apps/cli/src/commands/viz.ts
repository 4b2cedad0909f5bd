import { Command } from 'commander';
import { views, vocabularies } from '../viz/words.ts';

export interface VizOptions {
  readonly as: string;
  readonly input: string;
  readonly kernel: string;
  readonly stride: string;
  readonly dilation: string;
  readonly padding: string;
  readonly outputPadding: string;
  readonly view: string;
  readonly output: string;
}

export const vizCommand = (): Command =>
  new Command('viz')
    .description('Draw a transposed convolution at work.')
    .option('--as <vocabulary>', `whose words: ${vocabularies.join(', ')}`, 'torch')
    .option('--input <size>', 'rows and columns of the input', '2x2')
    .option('--kernel <n>', 'rows and columns of the kernel', '2')
    .option('--stride <n>', 'step between the products of neighbours', '1')
    .option('--dilation <n>', 'step between the elements of the kernel', '1')
    .option('--padding <p>', "off both ends, 'BEGIN,END' (onnx), or 'same' (keras, onnx)", '0')
    .option('--output-padding <n>', 'given back at the end', '0')
    .option('--view <view>', `one of ${views.join(', ')}`, 'steps')
    .requiredOption('-o, --output <file>', '.svg, of steps a moving one, or .gif')
    .addHelpText(
      'after',
      '\nExample: polyphase viz --kernel 3 --stride 2 --padding 1 --output-padding 1 -o up.gif',
    )
    .action(async (options: VizOptions) => (await import('../viz/viz.ts')).draw(options));
