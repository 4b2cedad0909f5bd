import { mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { type Pixels, pixelsToTensor, readPicture, tensorToPixels, writePicture } from '@polyphase/files';
import type { Backend } from '@polyphase/plugin';
import { placed } from '../placed.ts';
import { type NetworkName, networks, type OpenNetwork, openNetwork, picture, resized } from './enlarge.ts';
import { type Quality, qualityOf } from './quality.ts';

export interface SuperResolutionOptions {
  readonly pictures: readonly string[];
  readonly backends: readonly Backend[];
  /** Folder of the pictures written. */
  readonly output: string;
  readonly network: NetworkName;
  /** Halve each picture first, so that there is an original to compare with. */
  readonly halve: boolean;
  readonly print: (line: string) => void;
}

/** Doubles pictures by a network and by cubic interpolation, and says how near each comes to the original. */
export async function superResolutionDemo(options: SuperResolutionOptions): Promise<void> {
  const { pictures, backends, output, network: name, print } = options;
  const network = await openNetwork(name, backends);
  const { about, package: source } = networks[name];
  print(`model    ${about}, twice the size (Keras, from ${source})`);
  for (const { backend, why } of network.model.unusable) print(`skipped  ${backend}: ${why}`);
  await mkdir(output, { recursive: true });
  for (const path of pictures) await enlarge(path, network, options);
  await network.model.close();
}

async function enlarge(path: string, network: OpenNetwork, options: SuperResolutionOptions): Promise<void> {
  const { backends, output, halve, print } = options;
  const given = eightBits(await readPicture(path), path);
  const original = halve ? cropped(given) : undefined;
  const small = original
    ? await resized(original, { width: original.width / 2, height: original.height / 2 }, backends)
    : given;
  const specialization = await network.model.prepare({
    [network.model.inputs[0]!.name]: [1, small.height, small.width, 3],
  });
  const start = performance.now();
  const sharp = await picture(network, small);
  const time = performance.now() - start;
  const smooth = await resized(small, { width: small.width * 2, height: small.height * 2 }, backends);
  const stem = join(output, basename(path, extname(path)));
  print(`\npicture  ${path}, ${given.width} x ${given.height}`);
  print(
    `doubled  ${small.width} x ${small.height}${halve ? ', the picture halved,' : ''} to ${sharp.width} x ${sharp.height}`,
  );
  print(`placed   ${placed(network.model)}`);
  print(`compile  ${specialization.compileTime.toFixed(0)} ms`);
  print(`run      ${time.toFixed(0)} ms`);
  for (const [kind, result] of [
    [options.network, sharp],
    ['bicubic', smooth],
  ] as const) {
    const file = `${stem}-${kind}.png`;
    await writePicture(file, result);
    print(`${kind.padEnd(8)} ${original ? `${inWords(qualityOf(result, original))}  ` : ''}wrote ${file}`);
  }
}

const inWords = ({ psnr, ssim }: Quality): string => `PSNR ${psnr.toFixed(2)} dB, SSIM ${ssim.toFixed(4)}`;

/** Three channels of 8 bits, whatever the file has. */
const eightBits = (pixels: Pixels, path: string): Pixels =>
  tensorToPixels(pixelsToTensor(pixels, {}, 'float32', path), {}, path);

/** Without the last column or row of an odd size. */
function cropped({ width, height, channels, max, data }: Pixels): Pixels {
  const [w, h] = [width - (width % 2), height - (height % 2)];
  const rows = Array.from({ length: h }, (_, y) =>
    data.subarray(y * width * channels, (y * width + w) * channels),
  );
  const kept = new Uint8Array(w * h * channels);
  for (const [y, row] of rows.entries()) kept.set(row, y * w * channels);
  return { width: w, height: h, channels, max, data: kept };
}
