import type { LayerSetting, Vocabulary } from '@polyphase/drawing';
import { PolyphaseError } from '@polyphase/ir';
import type { VizOptions } from '../commands/viz.ts';
import { views, vocabularies } from './words.ts';

/** More cells than a picture can show. */
const mostCells = 24;

export async function draw(options: VizOptions): Promise<void> {
  const drawing = await import('@polyphase/drawing');
  const setting = settingOf(options);
  const [rows, columns] = setting.input;
  const layer = drawing.takeApart(
    setting,
    drawing.gridOf(rows, columns, (row, column) => row * columns + column + 1),
    drawing.gridOf(setting.kernel, setting.kernel, (row, column) => row * setting.kernel + column + 1),
  );
  const frames =
    options.view === 'phases'
      ? [drawing.phasePicture(layer)]
      : options.view === 'overlap'
        ? [drawing.overlapPicture(layer)]
        : Array.from({ length: drawing.frameCount(layer) }, (_, frame) => drawing.stepPicture(layer, frame));
  const { writeBytes } = await import('@polyphase/files');
  if (options.output.endsWith('.gif')) {
    const { gif } = await import('@polyphase/drawing/gif');
    await writeBytes(options.output, gif(frames));
  } else {
    await writeBytes(
      options.output,
      frames.length > 1 ? drawing.animatedSvg(frames) : drawing.svg(frames[0]!),
    );
  }
  const { window } = layer;
  console.log(
    `drew ${options.view} of ${rows}x${columns} -> ${window.rows}x${window.columns}: ${options.output}`,
  );
}

function settingOf(options: VizOptions): LayerSetting {
  const { as: vocabulary, view, output } = options;
  if (!isOneOf(vocabularies, vocabulary)) throw misunderstood('--as', vocabulary, vocabularies.join(', '));
  if (!isOneOf(views, view)) throw misunderstood('--view', view, views.join(', '));
  if (!/\.(svg|gif)$/.test(output)) throw misunderstood('--output', output, 'a file .svg or .gif');
  const size = /^(\d+)x(\d+)$/.exec(options.input);
  const [rows, columns] = [Number(size?.[1]), Number(size?.[2])];
  if (!isSize(rows) || !isSize(columns))
    throw misunderstood('--input', options.input, `1x1 to ${mostCells}x${mostCells}`);
  const setting: LayerSetting = {
    vocabulary,
    input: [rows, columns],
    kernel: countOf('--kernel', options.kernel, 1),
    stride: countOf('--stride', options.stride, 1),
    dilation: countOf('--dilation', options.dilation, 1),
    outputPadding: countOf('--output-padding', options.outputPadding, 0),
    ...paddingOf(options.padding, vocabulary),
  };
  const span = (Math.max(rows, columns) - 1) * setting.stride + (setting.kernel - 1) * setting.dilation + 1;
  if (span > 2 * mostCells)
    throw misunderstood('--stride', options.stride, `an output of ${span} is too large to draw`);
  return setting;
}

function paddingOf(text: string, vocabulary: Vocabulary): Pick<LayerSetting, 'padding' | 'same'> {
  if (text === 'same' && vocabulary !== 'torch') return { padding: [0, 0], same: true };
  const parts = text.split(',').map((part) => countOf('--padding', part, 0));
  const [begin = 0, end = begin] = parts;
  if (parts.length > 2 || (begin !== end && vocabulary !== 'onnx') || (begin > 0 && vocabulary === 'keras'))
    throw misunderstood(
      '--padding',
      text,
      { torch: 'one number', keras: "0 or 'same'", onnx: 'BEGIN,END' }[vocabulary],
    );
  return { padding: [begin, end], same: false };
}

const isOneOf = <T extends string>(names: readonly T[], name: string): name is T => names.includes(name as T);
const isSize = (count: number): boolean => Number.isInteger(count) && count >= 1 && count <= mostCells;

function countOf(option: string, text: string, least: number): number {
  const count = Number(text);
  if (text.trim() !== '' && Number.isInteger(count) && count >= least && count <= mostCells) return count;
  throw misunderstood(option, text, `a whole number from ${least} to ${mostCells}`);
}

const misunderstood = (option: string, given: string, wanted: string): PolyphaseError =>
  new PolyphaseError('PP5001', {
    at: 'polyphase viz',
    problem: `${option} is '${given}': ${wanted}`,
    fix: 'See polyphase viz --help',
  });
