import { PolyphaseError } from '@polyphase/ir';
import { type LayerSetting, layerOf, type Vocabulary } from './setting.ts';

/** A layer's text in one vocabulary, or why that vocabulary has no such layer. */
export interface Code {
  readonly language: 'PyTorch' | 'Keras' | 'ONNX' | 'Polyphase';
  readonly text: string;
}

/** The same layer in another vocabulary: the first of its settings with the same crop; undefined when it has none. */
export function translated(setting: LayerSetting, vocabulary: Vocabulary): LayerSetting | undefined {
  if (setting.vocabulary === vocabulary) return setting;
  const wanted = cropText(setting)!;
  return candidates(setting, vocabulary).find((candidate) => cropText(candidate) === wanted);
}

function cropText(setting: LayerSetting): string | undefined {
  try {
    return JSON.stringify(layerOf(setting).attributes.crop.map(([begin, end]) => [begin + 0, end + 0]));
  } catch (error) {
    if (error instanceof PolyphaseError) return undefined;
    throw error;
  }
}

/** Every padding that a vocabulary has for this kernel, the plainest first. */
function candidates(setting: LayerSetting, vocabulary: Vocabulary): readonly LayerSetting[] {
  const span = (setting.kernel - 1) * setting.dilation + 1;
  const paddings = Array.from({ length: span + 1 }, (_, padding) => padding);
  const extra = Array.from({ length: Math.max(setting.stride, setting.dilation) }, (_, n) => n);
  const base = { ...setting, vocabulary, same: false, padding: [0, 0] as const, outputPadding: 0 };
  if (vocabulary === 'keras')
    return [false, true].flatMap((same) => extra.map((outputPadding) => ({ ...base, same, outputPadding })));
  return extra.flatMap((outputPadding) =>
    paddings.flatMap((begin) =>
      (vocabulary === 'onnx' ? paddings : [begin]).map((end) => ({
        ...base,
        padding: [begin, end] as const,
        outputPadding,
      })),
    ),
  );
}

/** The layer as code to copy, in every vocabulary that has it. */
export function codeOf(setting: LayerSetting): readonly Code[] {
  const inTorch = translated(setting, 'torch');
  const inKeras = translated(setting, 'keras');
  const inOnnx = translated(setting, 'onnx');
  return [
    { language: 'PyTorch', text: inTorch ? torchText(inTorch) : none('PyTorch') },
    { language: 'Keras', text: inKeras ? kerasText(inKeras) : none('Keras') },
    { language: 'ONNX', text: inOnnx ? onnxText(inOnnx) : none('ONNX') },
    { language: 'Polyphase', text: polyphaseText(setting) },
  ];
}

const none = (name: string): string =>
  `# ${name} has no transposed convolution with this crop: crop or pad its output.`;

const settings = (
  pairs: readonly (readonly [name: string, value: number | string, otherwise: number | string])[],
) =>
  pairs
    .filter(([, value, otherwise]) => value !== otherwise)
    .map(([name, value]) => `, ${name}=${value}`)
    .join('');

const torchText = ({ kernel, stride, padding, outputPadding, dilation }: LayerSetting): string =>
  `torch.nn.ConvTranspose2d(1, 1, kernel_size=${kernel}${settings([
    ['stride', stride, 1],
    ['padding', padding[0], 0],
    ['output_padding', outputPadding, 0],
    ['dilation', dilation, 1],
  ])}, bias=False)`;

const kerasText = ({ kernel, stride, same, outputPadding, dilation }: LayerSetting): string =>
  `keras.layers.Conv2DTranspose(1, kernel_size=${kernel}${settings([
    ['strides', stride, 1],
    ['padding', same ? "'same'" : "'valid'", "'valid'"],
    ['output_padding', outputPadding, 0],
    ['dilation_rate', dilation, 1],
  ])}, use_bias=False)`;

function onnxText({
  kernel,
  stride,
  padding: [begin, end],
  outputPadding,
  dilation,
  same,
}: LayerSetting): string {
  const pair = (n: number): string => `[${n}, ${n}]`;
  return `helper.make_node('ConvTranspose', ['x', 'w'], ['y'], kernel_shape=${pair(kernel)}${settings([
    ['strides', pair(stride), pair(1)],
    ...(same
      ? ([['auto_pad', "'SAME_UPPER'", '']] as const)
      : ([['pads', `[${begin}, ${begin}, ${end}, ${end}]`, '[0, 0, 0, 0]']] as const)),
    ['output_padding', pair(outputPadding), pair(0)],
    ['dilations', pair(dilation), pair(1)],
  ])})`;
}

function polyphaseText(setting: LayerSetting): string {
  const [crop] = layerOf(setting).attributes.crop;
  const pair = (n: number): string => `[${n}, ${n}]`;
  const cut = crop!.some((n) => n !== 0) ? [`crop: [[${crop!.join(', ')}], [${crop!.join(', ')}]]`] : [];
  const options = [
    ...(setting.stride > 1 ? [`stride: ${pair(setting.stride)}`] : []),
    ...(setting.dilation > 1 ? [`dilation: ${pair(setting.dilation)}`] : []),
    ...cut,
  ];
  return `layers.convTranspose(x, weights${options.length > 0 ? `, { ${options.join(', ')} }` : ''})`;
}
