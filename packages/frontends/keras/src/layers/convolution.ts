import { type Flow, keras } from '@polyphase/layers';
import type { Config } from '../config.ts';
import { withActivation } from './activation.ts';
import { biasOf, formatOf, type LayerCall, type LayerRow } from './row.ts';

type Padding = 'valid' | 'same';

/** The settings that all convolutions share. */
const settingsOf = ({ config, weights, name }: LayerCall) => ({
  strides: config.numbers('strides', 1),
  dilation_rate: config.numbers('dilation_rate', 1),
  padding: config.text('padding', 'valid') as Padding,
  bias: weights.bias,
  ...formatOf(config),
  name,
});

const kernelAndBias = (config: Config): readonly string[] => ['kernel', ...biasOf(config)];
const depthwiseKernel = 'depthwise_kernel|kernel';

type Conv = typeof keras.Conv2D;

const convolution = (build: Conv): LayerRow => ({
  weights: kernelAndBias,
  build: (call) =>
    withActivation(call, (activation) =>
      build(call.x, {
        ...settingsOf(call),
        kernel: call.weights.kernel!,
        groups: call.config.number('groups', 1),
        activation,
      }),
    ),
});

const depthwise = (build: typeof keras.DepthwiseConv2D): LayerRow => ({
  weights: (config) => [depthwiseKernel, ...biasOf(config)],
  build: (call) =>
    withActivation(call, (activation) =>
      build(call.x, { ...settingsOf(call), kernel: call.weights.depthwise_kernel!, activation }),
    ),
});

/** A depthwise convolution, then one over the channels alone, which has the bias. */
const separable = (first: typeof keras.DepthwiseConv2D, second: Conv): LayerRow => ({
  weights: (config) => [depthwiseKernel, 'pointwise_kernel', ...biasOf(config)],
  build: (call) =>
    withActivation(call, (activation) => {
      const { bias, ...settings } = settingsOf(call);
      const spread = first(call.x, {
        ...settings,
        kernel: call.weights.depthwise_kernel!,
        name: `${call.name}/depthwise`,
      });
      return second(spread, {
        kernel: call.weights.pointwise_kernel!,
        bias,
        activation,
        ...formatOf(call.config),
        name: call.name,
      });
    }),
});

type ConvTranspose = (x: Flow, args: keras.ConvTransposeArguments) => Flow;

/** TensorFlow.js' layers take output padding and dilation and leave both out. */
const transposed = (build: ConvTranspose): LayerRow => ({
  weights: kernelAndBias,
  build: (call) =>
    withActivation(call, (activation) => {
      const { dilation_rate, ...settings } = settingsOf(call);
      const given = call.config.has('output_padding') ? call.config.numbers('output_padding') : undefined;
      const own = call.profile === 'tfjs' ? {} : { dilation_rate, output_padding: given };
      return build(call.x, { ...settings, ...own, kernel: call.weights.kernel!, activation });
    }),
});

export const convolutions: Readonly<Record<string, LayerRow>> = {
  Conv1D: convolution(keras.Conv1D),
  Conv2D: convolution(keras.Conv2D),
  Conv3D: convolution(keras.Conv3D),
  DepthwiseConv1D: depthwise(keras.DepthwiseConv1D),
  DepthwiseConv2D: depthwise(keras.DepthwiseConv2D),
  SeparableConv1D: separable(keras.DepthwiseConv1D, keras.Conv1D),
  SeparableConv2D: separable(keras.DepthwiseConv2D, keras.Conv2D),
  Conv1DTranspose: transposed(keras.Conv1DTranspose),
  Conv2DTranspose: transposed(keras.Conv2DTranspose),
  Conv3DTranspose: transposed(keras.Conv3DTranspose),
  Dense: {
    weights: kernelAndBias,
    build: (call) =>
      withActivation(call, (activation) =>
        keras.Dense(call.x, {
          kernel: call.weights.kernel!,
          bias: call.weights.bias,
          activation,
          name: call.name,
        }),
      ),
  },
};
