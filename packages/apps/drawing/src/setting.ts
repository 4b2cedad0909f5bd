import {
  type ConvTransposeAttributes,
  convTranspose,
  isOp,
  type Node,
  PolyphaseError,
  type Tensor,
} from '@polyphase/ir';
import { type Flow, input, keras, model, onnx, torch } from '@polyphase/layers';

/** Whose words describe a layer. */
export type Vocabulary = 'torch' | 'keras' | 'onnx';

/** A transposed convolution on one channel, the same along both axes. */
export interface LayerSetting {
  readonly vocabulary: Vocabulary;
  /** Rows and columns of the input. */
  readonly input: readonly [rows: number, columns: number];
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** PyTorch: off both ends; ONNX: pads, begin and end; Keras has `same`. */
  readonly padding: readonly [begin: number, end: number];
  /** Keras' and ONNX' automatic padding. */
  readonly same: boolean;
  readonly outputPadding: number;
}

export const defaultSetting: LayerSetting = {
  vocabulary: 'torch',
  input: [2, 2],
  kernel: 2,
  stride: 1,
  dilation: 1,
  padding: [0, 0],
  same: false,
  outputPadding: 0,
};

type Build = (x: Flow, weights: Tensor, setting: LayerSetting) => Flow;

/** The layer in each framework's words. */
const builders: Readonly<Record<Vocabulary, Build>> = {
  torch: (x, weight, { stride, dilation, padding, outputPadding }) =>
    torch.ConvTranspose2d(x, {
      weight,
      stride,
      dilation,
      padding: padding[0],
      output_padding: outputPadding,
    }),
  keras: (x, kernel, { stride, dilation, same, outputPadding }) =>
    keras.Conv2DTranspose(x, {
      kernel: { ...kernel, shape: [...kernel.shape.slice(2), 1, 1] },
      strides: stride,
      dilation_rate: dilation,
      padding: same ? 'same' : 'valid',
      data_format: 'channels_first',
      ...(outputPadding > 0 && { output_padding: outputPadding }),
    }),
  onnx: (x, w, { stride, dilation, padding, same, outputPadding }) =>
    onnx.ConvTranspose(x, w, {
      strides: [stride, stride],
      dilations: [dilation, dilation],
      output_padding: [outputPadding, outputPadding],
      ...(same ? { auto_pad: 'SAME_UPPER' } : { pads: [padding[0], padding[0], padding[1], padding[1]] }),
    }),
};

/**
 * The layer that a setting stands for, on an input and a kernel of one channel.
 *
 * @throws what the framework does not take: PP2002 to PP2004.
 */
export function layerOf(setting: LayerSetting): Node<ConvTransposeAttributes> {
  const { kernel, vocabulary } = setting;
  const weights: Tensor = {
    dtype: 'float32',
    shape: [1, 1, kernel, kernel],
    data: new Float32Array(kernel ** 2),
  };
  const made = model({ x: input([1, 1, ...setting.input]) }, ({ x }) => ({
    y: builders[vocabulary](x, weights, setting),
  }));
  const node = made.graph().nodes.find((each) => isOp(each, convTranspose));
  if (node) return node as Node<ConvTransposeAttributes>;
  throw new PolyphaseError('PP2006', {
    at: vocabulary,
    problem: 'the layer has no convTranspose',
    fix: 'Report this',
  });
}
