import type { Picture } from '../canvas.tsx';
import type { ModelSource } from './protocol.ts';

interface Fit {
  /** The longer side at most. */
  readonly longest: number;
  /** Both sides are multiples of it. */
  readonly multiple: number;
}

/** What a network can take, and what a page can wait for. */
export const fitOf = (source: ModelSource): Fit =>
  'bundled' in source
    ? {
        text: { longest: 640, multiple: 32 },
        denoise: { longest: 480, multiple: 4 },
        enlarge: { longest: 200, multiple: 2 },
      }[source.bundled]
    : { longest: 512, multiple: 32 };

/** A picture file as pixels, in a size that fits. */
export async function pixelsOf(file: Blob, { longest, multiple }: Fit): Promise<Picture> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const fitted = (length: number): number => Math.max(Math.round((length * scale) / multiple), 1) * multiple;
  const [width, height] = [fitted(bitmap.width), fitted(bitmap.height)];
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

/** The picture with noise of this standard deviation, in levels of 255; the same noise each time. */
export function noisy({ width, height, data }: Picture, deviation: number): Picture {
  let state = 12345;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  const changed = new Uint8ClampedArray(data);
  for (let i = 0; i < data.length; i++) {
    // Box and Muller (1958).
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    if (i % 4 < 3) changed[i] = data[i]! + deviation * normal;
  }
  return { width, height, data: changed };
}
