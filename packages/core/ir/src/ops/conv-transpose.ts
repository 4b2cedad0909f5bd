import { add, type Dim, mul, sub } from '../dim.ts';
import { staticType } from '../graph.ts';
import { defineOp, type Interval, need } from '../op.ts';
import {
  addPerChannel,
  checkFloat,
  checkLength,
  checkPerAxis,
  checkRank,
  checkSameDType,
  inThree,
} from './shared.ts';

/** How much of the natural output is cut off at each end of an axis; negative: zeros are added before the bias. */
export type Crop = readonly [begin: number, end: number];

export interface ConvTransposeAttributes {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly crop: readonly Crop[];
  readonly groups: number;
}

/** Length that a kernel of k taps spans: (k - 1) * dilation + 1. */
export const kernelSpan = (k: number, dilation: number): number => (k - 1) * dilation + 1;

/** Output length before the crop: stride * (n - 1) + span. */
export const naturalLength = (n: Dim, k: number, stride: number, dilation: number): Dim =>
  add(mul(stride, sub(n, 1)), kernelSpan(k, dilation));

export interface TransposedAxis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

/** PyTorch's ConvTransposeNd: `padding` off both ends, `output_padding` given back at the end. */
export const torchCrop = (padding: number, outputPadding: number): Crop => [padding, padding - outputPadding];

/**
 * The output padding that PyTorch's ConvTransposeNd takes for the output length of its forward's `output_size`.
 *
 * @throws PP2003 when it would not be 0 to stride - 1.
 */
export function torchOutputPadding(
  axis: TransposedAxis,
  n: number,
  padding: number,
  outputLength: number,
): number {
  const natural = axis.stride * (n - 1) + kernelSpan(axis.kernel, axis.dilation);
  const outputPadding = outputLength - (natural - 2 * padding);
  need(outputPadding >= 0 && outputPadding < axis.stride, 'PP2003', () => [
    `an output length of ${outputLength} is asked of an axis of ${n}`,
    `Ask for ${natural - 2 * padding} to ${natural - 2 * padding + axis.stride - 1}`,
  ]);
  return outputPadding;
}

/**
 * Keras' ConvNDTranspose (Keras 3, TensorFlow and JAX backends; the torch backend agrees from 3.15.1 on).
 * `outputPadding` undefined is Keras' None.
 */
export function kerasCrop(axis: TransposedAxis, padding: 'valid' | 'same', outputPadding?: number): Crop {
  const span = kernelSpan(axis.kernel, axis.dilation);
  if (padding === 'valid')
    return [0, outputPadding === undefined ? Math.min(span - axis.stride, 0) : 0 - outputPadding];
  const total = outputPadding === undefined ? span - axis.stride : span - (span % 2) - outputPadding;
  return splitCrop(total, 'end');
}

export interface OnnxPadding {
  readonly autoPad: 'NOTSET' | 'VALID' | 'SAME_UPPER' | 'SAME_LOWER';
  readonly pads: readonly [begin: number, end: number];
  readonly outputPadding: number;
  /** ONNX `output_shape` on this axis; it overrides the pads. Needs `n`. */
  readonly outputLength?: number;
  /** Input length; needed with `outputLength` only. */
  readonly n?: number;
}

/**
 * ONNX ConvTranspose-22. Where the specification, its reference and runtimes disagree (SAME with output_padding or
 * with a kernel shorter than the stride, output_shape without auto_pad) this is what onnxruntime computes.
 */
export function onnxCrop(axis: TransposedAxis, padding: OnnxPadding): Crop {
  const { autoPad, pads, outputPadding, outputLength, n = 1 } = padding;
  const span = kernelSpan(axis.kernel, axis.dilation);
  const odd = autoPad === 'SAME_UPPER' ? 'end' : 'begin';
  if (outputLength !== undefined) {
    const total = axis.stride * (n - 1) + span + outputPadding - outputLength;
    return withOutputPadding(splitCrop(total, odd), outputPadding);
  }
  if (autoPad === 'NOTSET') return withOutputPadding(pads, outputPadding);
  if (autoPad === 'VALID' || span < axis.stride) return [0, 0 - outputPadding];
  return withOutputPadding(splitCrop(Math.max(span - axis.stride + outputPadding, 0), odd), outputPadding);
}

const withOutputPadding = ([begin, end]: readonly [number, number], outputPadding: number): Crop => [
  begin,
  end - outputPadding,
];

/** A total crop halved, the odd element at `odd`; a negative total lengthens the end. */
function splitCrop(total: number, odd: 'begin' | 'end'): Crop {
  if (total <= 0) return [0, total];
  const begin = odd === 'end' ? Math.floor(total / 2) : Math.ceil(total / 2);
  return [begin, total - begin];
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

/**
 * Transposed convolution, the adjoint of convolution. Shapes: x [N, Cin, spatial], w [Cin, Cout/groups, kernel],
 * bias [Cout] -> y [N, Cout, spatial].
 */
export const convTranspose = defineOp<ConvTransposeAttributes>()({
  name: 'convTranspose',
  inputs: ['x', 'w', 'bias?'],

  infer({ x, w, bias }, { stride, dilation, crop, groups }) {
    checkFloat('x', x);
    const dtype = checkSameDType([x, w, bias]);
    checkRank('x', x, 3, 5);
    const [batch, channels, ...lengths] = x.type.shape as [Dim, Dim, ...Dim[]];
    checkRank('w', w, x.type.shape.length);
    const [inChannels, outPerGroup, ...kernel] = staticType(w.type).shape as [number, number, ...number[]];
    checkPerAxis('stride', stride, lengths.length, 1);
    checkPerAxis('dilation', dilation, lengths.length, 1);
    checkLength('the number of input channels of w', inChannels, channels);
    need(Number.isInteger(groups) && groups >= 1 && inChannels % groups === 0, 'PP2003', () => [
      `groups is ${groups} for ${inChannels} input channels`,
      'Use a divisor of the input channels',
    ]);
    if (bias) checkRank('bias', bias, 1);
    if (bias) checkLength('the length of bias', bias.type.shape[0]!, outPerGroup * groups);
    const out = lengths.map((n, axis) => {
      const natural = naturalLength(n, kernel[axis]!, stride[axis]!, dilation[axis]!);
      const [begin, end] = crop[axis]!;
      const length = n === 0 ? 0 : sub(natural, begin + end);
      need(n === 0 || typeof length !== 'number' || length > 0, 'PP2004', () => [
        `a crop of (${begin}, ${end}) leaves ${length} of the ${natural} outputs of spatial axis ${axis}`,
        'Use less padding or a larger kernel',
      ]);
      return length;
    });
    return { dtype, shape: [batch, outPerGroup * groups, ...out] };
  },

  /** Scatters every input element through the kernel. Fewer than three spatial axes are given leading ones of length 1. */
  define({ x, w, bias }, { stride, dilation, crop, groups }, [y]) {
    const [batch, channels, ...lengths] = x.shape as [number, number, ...number[]];
    const [, outPerGroup, ...kernel] = w.shape as [number, number, ...number[]];
    const [, , ...out] = y!.shape;
    const [nd, nh, nw] = inThree(lengths, 1);
    const [kd, kh, kw] = inThree(kernel, 1);
    const [od, oh, ow] = inThree(out, 1);
    const [sd, sh, sw] = inThree(stride, 1);
    const [dd, dh, dw] = inThree(dilation, 1);
    const [cd, ch, cw] = inThree(
      crop.map(([begin]) => begin),
      0,
    );
    const outChannels = outPerGroup * groups;
    const data = new Float64Array(batch * outChannels * od * oh * ow);
    for (let n = 0; n < batch; n++)
      for (let ic = 0; ic < channels; ic++)
        for (let oc = 0; oc < outPerGroup; oc++) {
          const channel = Math.floor(ic / (channels / groups)) * outPerGroup + oc;
          for (let iz = 0; iz < nd; iz++)
            for (let iy = 0; iy < nh; iy++)
              for (let ix = 0; ix < nw; ix++) {
                const value = x.data[(((n * channels + ic) * nd + iz) * nh + iy) * nw + ix]!;
                for (let tz = 0; tz < kd; tz++)
                  for (let ty = 0; ty < kh; ty++)
                    for (let tx = 0; tx < kw; tx++) {
                      const z = iz * sd + tz * dd - cd;
                      const y = iy * sh + ty * dh - ch;
                      const x = ix * sw + tx * dw - cw;
                      if (z < 0 || z >= od || y < 0 || y >= oh || x < 0 || x >= ow) continue;
                      const weight = w.data[(((ic * outPerGroup + oc) * kd + tz) * kh + ty) * kw + tx]!;
                      data[(((n * outChannels + channel) * od + z) * oh + y) * ow + x]! += value * weight;
                    }
              }
        }
    if (bias) addPerChannel(data, bias.data, od * oh * ow);
    return data;
  },

  /** Every s-th tap is of one phase; where stride and dilation have a factor in common, so many more are. */
  terms({ w }, { stride, dilation, groups }) {
    const [inChannels, , ...kernel] = w.shape as [number, number, ...number[]];
    const taps = kernel.map((k, a) =>
      Math.ceil((k * greatestCommonDivisor(stride[a]!, dilation[a]!)) / stride[a]!),
    );
    return taps.reduce((all, count) => all * count, inChannels / groups) + 1;
  },

  reads([batch, , ...out], { x, w }, { stride, dilation, crop }) {
    const axes = out.map(([from, to], a): Interval => {
      const [s, begin, span] = [stride[a]!, crop[a]![0], kernelSpan(w.shape[a + 2]!, dilation[a]!)];
      const last = x.shape[a + 2]!;
      const first = Math.max(Math.ceil((from + begin - span + 1) / s), 0);
      return [
        Math.min(first, last),
        Math.max(Math.min(Math.floor((to - 1 + begin) / s) + 1, last), Math.min(first, last)),
      ];
    });
    return { x: [batch!, [0, x.shape[1]!], ...axes] };
  },
});
