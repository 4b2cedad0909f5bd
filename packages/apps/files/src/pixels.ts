import {
  check,
  type DType,
  fromNumbers,
  isFloat,
  PolyphaseError,
  printShape,
  sizeOf,
  type Tensor,
  toNumbers,
} from '@polyphase/ir';

/** A picture: interleaved samples from 0 to `max`, gray or red, green, blue. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly max: number;
  readonly data: Uint8Array | Uint16Array;
}

/** How a picture lies in a tensor. */
export interface ImageFormat {
  /** Default NCHW. */
  readonly layout?: 'NCHW' | 'NHWC' | undefined;
  /** Default RGB; reading a gray picture so repeats it. When writing, one channel is gray. */
  readonly channels?: 'RGB' | 'BGR' | 'gray' | undefined;
  /** What black and white are. Default 0-1, for integer tensors 0-255. */
  readonly range?: '0-1' | '0-255' | '-1-1' | undefined;
  /** Taken from the values in `range`, then they are divided by `std`: one number, or one a channel in their order. */
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
}

/** The most pixels that a picture may have. */
export const largestPicture = 1e8;

/** @throws PP5003 for a picture of absurd size, before anything is decoded. */
export function checkSize(width: number, height: number, at: string): void {
  check(width > 0 && height > 0 && width * height <= largestPicture, 'PP5003', () => ({
    at,
    problem: `the picture is ${width} x ${height}, the limit is ${largestPicture} pixels`,
    fix: 'Scale it down or cut it up',
  }));
}

const white = { '0-1': [0, 1], '0-255': [0, 255], '-1-1': [-1, 1] } as const;

/** value = scale * sample + offset, for one channel. */
interface Line {
  readonly scale: number;
  readonly offset: number;
}

function linesOf(
  format: ImageFormat,
  dtype: DType,
  channels: number,
  max: number,
  at: string,
): readonly Line[] {
  const [low, high] = white[format.range ?? (isFloat(dtype) || dtype === 'bool' ? '0-1' : '0-255')];
  const mean = perChannel('mean', format.mean ?? [0], channels, at);
  const std = perChannel('std', format.std ?? [1], channels, at);
  check(
    std.every((s) => s !== 0),
    'PP5003',
    () => ({ at, problem: 'a standard deviation is 0', fix: 'Leave std out' }),
  );
  return mean.map((m, c) => ({ scale: (high - low) / max / std[c]!, offset: (low - m) / std[c]! }));
}

function perChannel(
  what: string,
  values: readonly number[],
  channels: number,
  at: string,
): readonly number[] {
  if (values.length === 1) return new Array<number>(channels).fill(values[0]!);
  if (values.length === channels) return values;
  throw new PolyphaseError('PP5003', {
    at,
    problem: `${what} has ${values.length} values for ${channels} channels`,
    fix: `Give one value, or ${channels}`,
  });
}

/** ITU-R BT.601, as OpenCV and PIL make pictures gray. */
const luma = [0.299, 0.587, 0.114] as const;

/** The sample of one channel of a pixel that begins at `i`. */
type Sampler = (data: Pixels['data'], i: number) => number;

function samplersOf(stored: 1 | 3, wanted: NonNullable<ImageFormat['channels']>): readonly Sampler[] {
  const at =
    (channel: number): Sampler =>
    (data, i) =>
      data[i + channel]!;
  if (wanted === 'gray') {
    return [
      stored === 1
        ? at(0)
        : (data, i) => luma[0] * data[i]! + luma[1] * data[i + 1]! + luma[2] * data[i + 2]!,
    ];
  }
  if (stored === 1) return [at(0), at(0), at(0)];
  return wanted === 'RGB' ? [at(0), at(1), at(2)] : [at(2), at(1), at(0)];
}

/** The picture as a tensor of one batch. */
export function pixelsToTensor(pixels: Pixels, format: ImageFormat, dtype: DType, at: string): Tensor {
  const { width, height, data, max } = pixels;
  const { layout = 'NCHW', channels = 'RGB' } = format;
  const samplers = samplersOf(pixels.channels, channels);
  const lines = linesOf(format, dtype, samplers.length, max, at);
  const plane = width * height;
  const [pixelStep, channelStep] = layout === 'NCHW' ? [1, plane] : [samplers.length, 1];
  const values = new Float64Array(plane * samplers.length);
  for (const [c, sample] of samplers.entries()) {
    const { scale, offset } = lines[c]!;
    for (let p = 0; p < plane; p++) {
      const value = sample(data, p * pixels.channels) * scale + offset;
      values[p * pixelStep + c * channelStep] = isFloat(dtype) ? value : Math.round(value);
    }
  }
  const spatial = [height, width];
  const shape = layout === 'NCHW' ? [1, samplers.length, ...spatial] : [1, ...spatial, samplers.length];
  return fromNumbers(dtype, shape, values);
}

/**
 * The tensor as a picture of 8 bits: [H, W], [C, H, W] or [1, C, H, W] (or with the channels last), values outside the
 * range cut off, NaN black.
 *
 * @throws PP5003 when it has not one or three channels, or more than one batch.
 */
export function tensorToPixels(tensor: Tensor, format: ImageFormat, at: string): Pixels {
  const { width, height, channels, pixelStep, channelStep } = pictureIn(tensor, format.layout ?? 'NCHW', at);
  checkSize(width, height, at);
  const values = toNumbers(tensor);
  const lines = linesOf(format, tensor.dtype, channels, 255, at);
  const data = new Uint8Array(width * height * channels);
  for (let c = 0; c < channels; c++) {
    const { scale, offset } = lines[c]!;
    const to = format.channels === 'BGR' ? channels - 1 - c : c;
    for (let p = 0; p < width * height; p++) {
      const sample = Math.round((values[p * pixelStep + c * channelStep]! - offset) / scale);
      data[p * channels + to] = Math.min(Math.max(sample, 0), 255);
    }
  }
  return { width, height, channels, max: 255, data };
}

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly pixelStep: number;
  readonly channelStep: number;
}

function pictureIn({ shape }: Tensor, layout: 'NCHW' | 'NHWC', at: string): Picture {
  let rest = [...shape];
  while (rest.length > 3 && rest[0] === 1) rest = rest.slice(1);
  if (rest.length === 2) rest = layout === 'NCHW' ? [1, ...rest] : [...rest, 1];
  const [channels, height, width] = layout === 'NCHW' ? rest : [rest[2], rest[0], rest[1]];
  if (rest.length !== 3 || sizeOf(rest) === 0 || (channels !== 1 && channels !== 3)) {
    throw new PolyphaseError('PP5003', {
      at,
      problem: `a ${layout} tensor of shape ${printShape(shape)} is no picture of one or three channels`,
      fix: 'Write it as .npy, or choose the other layout',
    });
  }
  const [pixelStep, channelStep] = layout === 'NCHW' ? [1, height! * width!] : [channels, 1];
  return { width: width!, height: height!, channels, pixelStep, channelStep };
}
