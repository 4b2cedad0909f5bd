import type { Backend } from '@polyphase/plugin';
import { type CompiledModel, compile, input, model, type Tensor, tensor, torch } from 'polyphase';

/** What `detectText` found, and what it took. */
export interface Detection {
  /** For every pixel of the picture, how likely it is text. */
  readonly probability: Float32Array;
  /** Height and width that the network saw. */
  readonly networkSize: readonly [height: number, width: number];
  /** Milliseconds of compiling for this size, and of one run. */
  readonly compileTime: number;
  readonly runTime: number;
}

/** PP-OCR's normalisation, applied to blue, green, red in this order as its training did. */
export const normalisation = {
  channels: 'BGR',
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
} as const;

/** The network halves the picture five times. */
const alignment = 32;

/**
 * Text in one picture [1, 3, height, width], normalised as `normalisation` says. The picture is scaled so that its
 * longer side has `longest` pixels, and the answer back to the size of the picture.
 */
export async function detectText(
  network: CompiledModel,
  picture: Tensor,
  longest: number,
  backends: readonly Backend[],
): Promise<Detection> {
  const size = picture.shape.slice(2) as [number, number];
  const networkSize = alignedSize(size, longest);
  const scaled = await resized(picture, networkSize, backends);
  const { name } = network.inputs[0]!;
  const { compileTime } = await network.prepare({ [name]: scaled.shape });
  const start = performance.now();
  const outputs = await network.run({ [name]: scaled });
  const runTime = performance.now() - start;
  const map = await resized(outputs[network.outputs[0]!]!, size, backends);
  return { probability: map.data as Float32Array, networkSize, compileTime, runTime };
}

function alignedSize([height, width]: readonly [number, number], longest: number): [number, number] {
  const scale = longest / Math.max(height, width);
  const align = (length: number): number => Math.max(Math.round((length * scale) / alignment), 1) * alignment;
  return [align(height), align(width)];
}

/** Bilinear, with every pixel counted when shrinking: `torch.nn.functional.interpolate(..., antialias=True)`. */
async function resized(
  x: Tensor,
  size: readonly [number, number],
  backends: readonly Backend[],
): Promise<Tensor> {
  const resize = model({ x: input(x.shape, x.dtype) }, (inputs) => ({
    y: torch.interpolate(inputs.x, { size, mode: 'bilinear', antialias: true }),
  }));
  const compiled = await compile(resize, { backends });
  const { y } = await compiled.run({ x });
  await compiled.close();
  return tensor(y.data, y.shape);
}
