import { type Model, PolyphaseError, printShape, type Tensor } from '@polyphase/ir';
import type { Picture } from '../canvas.tsx';

/** How a network takes and gives pictures. */
export interface Format {
  readonly layout: 'NCHW' | 'NHWC';
  readonly channels: 1 | 3;
  /** A level from 0 to 1 becomes (level - mean) / std of its channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Blue, green, red. */
  readonly isReversed: boolean;
}

export const plain = (layout: Format['layout'], channels: Format['channels']): Format => ({
  layout,
  channels,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  isReversed: false,
});

/** The layout of the first input, from where its 1 or 3 channels stand. @throws PP5003 when it takes no picture. */
export function layoutOf({ inputs }: Model): { readonly layout: Format['layout']; readonly channels: 1 | 3 } {
  const shape = inputs[0]?.type.shape ?? [];
  const channelsAt = (axis: number): 1 | 3 | undefined =>
    shape[axis] === 1 || shape[axis] === 3 ? (shape[axis] as 1 | 3) : undefined;
  const first = channelsAt(1);
  const last = channelsAt(3);
  if (shape.length === 4 && first) return { layout: 'NCHW', channels: first };
  if (shape.length === 4 && last) return { layout: 'NHWC', channels: last };
  throw new PolyphaseError('PP5003', {
    at: `input ${inputs[0]?.name ?? ''}`,
    problem: `it is ${printShape(shape)}, which no picture of 1 or 3 channels fits`,
    fix: 'Run this model with npx polyphase run, which takes .npy files',
  });
}

const channelOrder = (format: Format): readonly number[] => (format.isReversed ? [2, 1, 0] : [0, 1, 2]);

/** The index of channel c of pixel p. */
const indexIn = ({ layout, channels }: Format, pixels: number, p: number, c: number): number =>
  layout === 'NCHW' ? c * pixels + p : p * channels + c;

export function tensorOf({ width, height, data }: Picture, format: Format): Tensor<'float32'> {
  const pixels = width * height;
  const values = new Float32Array(pixels * format.channels);
  const order = channelOrder(format);
  for (let p = 0; p < pixels; p++)
    for (let c = 0; c < format.channels; c++) {
      const level =
        format.channels === 1
          ? (0.299 * data[p * 4]! + 0.587 * data[p * 4 + 1]! + 0.114 * data[p * 4 + 2]!) / 255
          : data[p * 4 + order[c]!]! / 255;
      values[indexIn(format, pixels, p, c)] = (level - format.mean[c]!) / format.std[c]!;
    }
  const spatial = [height, width];
  const shape =
    format.layout === 'NCHW' ? [1, format.channels, ...spatial] : [1, ...spatial, format.channels];
  return { dtype: 'float32', shape, data: values };
}

/** A tensor of 1 or 3 channels as a picture; one channel is gray. @throws PP5003 for anything else. */
export function pictureOf(tensor: Tensor, wanted: Format): Picture {
  const rest = tensor.shape.slice(-3);
  const [channels, height, width] =
    wanted.layout === 'NCHW' ? rest : ([rest[2], rest[0], rest[1]] as number[]);
  if (rest.length !== 3 || (channels !== 1 && channels !== 3))
    throw new PolyphaseError('PP5003', {
      at: 'the first output',
      problem: `it is ${printShape(tensor.shape)}, which is no picture of 1 or 3 channels`,
      fix: 'Run this model with npx polyphase run, which writes .npy files',
    });
  const format: Format = { ...wanted, channels };
  const pixels = width! * height!;
  const data = new Uint8ClampedArray(pixels * 4).fill(255);
  const order = channelOrder(format);
  for (let p = 0; p < pixels; p++)
    for (let c = 0; c < 3; c++) {
      const from = channels === 1 ? 0 : c;
      const value = Number(tensor.data[indexIn(format, pixels, p, from)]);
      data[p * 4 + (channels === 1 ? c : order[c]!)] = (value * format.std[from]! + format.mean[from]!) * 255;
    }
  return { width: width!, height: height!, data };
}
