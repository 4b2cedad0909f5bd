import type { Pixels } from '@polyphase/files';
import { ssim } from 'ssim.js';

/** How near a picture is to the original. */
export interface Quality {
  /** Peak signal-to-noise ratio in dB over all channels: 10 log10(255^2 / mean squared error). */
  readonly psnr: number;
  /** Mean structural similarity of the brightness, windows of 11 pixels (Wang et al. 2004). */
  readonly ssim: number;
}

/** Compares pictures of 8 bits and one size. */
export function qualityOf(picture: Pixels, original: Pixels): Quality {
  let squares = 0;
  for (const [i, value] of picture.data.entries()) squares += (value - original.data[i]!) ** 2;
  const error = squares / picture.data.length;
  const { mssim } = ssim(withAlpha(picture), withAlpha(original), { ssim: 'original', downsample: false });
  return { psnr: 10 * Math.log10(255 ** 2 / error), ssim: mssim };
}

/** As a canvas has it. */
function withAlpha({ width, height, channels, data }: Pixels) {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let p = 0; p < width * height; p++)
    for (let c = 0; c < 3; c++) rgba[p * 4 + c] = data[p * channels + (channels === 3 ? c : 0)]!;
  return { width, height, data: rgba };
}
