import { compile } from '@polyphase/compiler';
import { Network } from '@polyphase/conformance';
import { ops, PolyphaseError, type Tensor, tensor, toNumbers } from '@polyphase/ir';
import { isDeviceTensor } from '@polyphase/plugin';
import { afterAll, expect, test } from 'vitest';
import { Pipelines } from './device/pipelines.ts';
import { countingDevice, network } from './device.testing.ts';
import { targetOf, webgpu } from './index.ts';

const gpu = webgpu();
afterAll(() => gpu.close());

/** What a rejected promise of ours says. */
const complaint = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof PolyphaseError ? error.message : `not ours: ${String(error)}`),
  );

/** The network's image with all elements moved. */
const moved = (by: number): Record<string, Tensor> => {
  const { image } = network().inputs;
  return { image: { ...image, data: (image!.data as Float32Array).map((x) => x + by) } as Tensor };
};

test('the probe says which GPU there is and what it lacks', async () => {
  const probe = await gpu.probe();
  expect(probe.ok && probe.detail).toMatch(
    /; buffers up to .* [KMG]iB, bindings up to .*; workgroups of \d+ with .*; with/,
  );
});

test('several runs in flight do not disturb each other', async () => {
  const model = await compile(network().model, { backends: [gpu] });
  const alone = [];
  for (const by of [0, 1, 2]) alone.push(await model.run(moved(by)));
  const together = await Promise.all([0, 1, 2, 0, 1].map((by) => model.run(moved(by))));
  expect(together).toEqual([...alone, alone[0], alone[1]]);
  expect(alone[1]).not.toEqual(alone[0]);
  await model.close();
});

test('a run is one submission, and creates no pipelines, bind groups or buffers', async () => {
  const { device, counts } = await countingDevice();
  const own = webgpu({ device });
  const model = await compile(network().model, { backends: [own] });
  await model.run(moved(0));
  const before = { ...counts };
  await model.run(moved(1));
  expect(counts).toEqual({ ...before, encoders: before.encoders + 1, submits: before.submits + 1 });
  await model.close();
  await own.close();
  device.destroy();
});

test('layers that are alike share a pipeline, whatever their names', async () => {
  const { device, counts } = await countingDevice();
  const own = webgpu({ device });
  const n = new Network();
  let x = n.input([1, 4, 6, 6]);
  for (let i = 0; i < 3; i++) {
    x = n.layer(ops.softmax, { x }, { axis: 3 });
    x = n.layer(ops.transpose, { x }, { perm: [0, 1, 3, 2] });
  }
  const model = await compile(n.sample('alike', [x]).model, { backends: [own] });
  expect(counts.pipelines).toBeLessThan(model.emit().length);
  await model.close();
  device.destroy();
});

test('outputs stay on the device, and are inputs there', async () => {
  const n = new Network();
  const { model, inputs } = n.sample('twice', [n.layer(ops.tanh, { x: n.input([2, 3], 'x') })]);
  const { device, counts } = await countingDevice();
  const own = webgpu({ device });
  const compiled = await compile(model, { backends: [own] });
  const { y } = await compiled.run(inputs, { outputs: 'device' });
  expect(isDeviceTensor(y!) && y.device).toBe('webgpu');
  const buffers = counts.buffers;
  const again = await compiled.run({ x: y! });
  expect(counts.buffers - buffers).toBe(1); // What it reads back through.
  const expected = toNumbers(inputs.x!).map((x) => Math.tanh(Math.tanh(x)));
  for (const [i, value] of toNumbers(again.y!).entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  const twin = await compile(model, { backends: [gpu] });
  expect(await twin.run({ x: y! })).toEqual(again);
  y!.dispose();
  y!.dispose();
  await expect(y!.read()).rejects.toThrow(/PP4006/);
  device.destroy();
});

test("a caller's buffer is an input as it is", async () => {
  const n = new Network();
  const { model } = n.sample('neg', [n.layer(ops.neg, { x: n.input([3], 'x') })]);
  const compiled = await compile(model, { backends: [gpu] });
  const device = await gpu.device();
  const buffer = device.createBuffer({ size: 12, usage: 4 | 8 });
  device.queue.writeBuffer(buffer, 0, Float32Array.of(1, 2, 3));
  const x = await gpu.fromBuffer(buffer, { dtype: 'float32', shape: [3] });
  expect(await compiled.run({ x })).toEqual({ y: tensor([-1, -2, -3], [3]) });
  x.dispose();
  device.queue.writeBuffer(buffer, 0, Float32Array.of(4));
  buffer.destroy();
});

test('outputs that are inputs or constants, and empty tensors, come back', async () => {
  const n = new Network();
  const x = n.input([2, 3], 'x');
  const known = n.weight([3]);
  const empty = n.layer(ops.slice, { x }, { start: [0, 0], step: [1, 1], length: [0, 3] });
  const { graph, inputs } = n.sample('ends', [x, known, empty]);
  const program = await gpu.compile(graph, {});
  expect(await program.run([inputs.x!])).toEqual([inputs.x, known.constant, tensor([], [0, 3])]);
  program.dispose();
});

test('steps are timed where the device has timestamps', async () => {
  const model = await compile(network().model, { backends: [gpu] });
  const seen: string[] = [];
  await model.run(moved(0), {
    observe(step, milliseconds) {
      expect(milliseconds).toBeGreaterThanOrEqual(0);
      seen.push(step.kernel);
    },
  });
  const { regions } = await model.prepare();
  const steps = regions.flatMap(({ program }) => program.report.steps.map(({ kernel }) => kernel));
  expect(seen).toEqual((await gpu.device()).features.has('timestamp-query') ? steps : []);
});

test('a device that is lost in the middle of a run rejects it, and the next run opens another', async () => {
  const own = webgpu();
  const model = await compile(network().model, { backends: [own] });
  const expected = await model.run(moved(0));
  const running = model.run(moved(0));
  (await own.device()).destroy();
  expect(await complaint(running)).toMatch(
    /^\[polyphase PP4008\] .*the WebGPU device is lost \(destroyed.*Run the model again/s,
  );
  expect(await model.run(moved(0))).toEqual(expected);
  await model.close();
  await own.close();
});

test("a caller's device that is lost stays lost", async () => {
  const { device } = await countingDevice();
  const own = webgpu({ device });
  const model = await compile(network().model, { backends: [own] });
  device.destroy();
  expect(await complaint(model.run(moved(0)))).toContain('PP4008');
  expect(await complaint(model.run(moved(0)))).toContain('unless you gave it yours');
});

test('a disposed program does not run', async () => {
  const program = await gpu.compile(network().graph, {});
  program.dispose();
  program.dispose();
  expect(await complaint(program.run(Object.values(moved(0))))).toMatchInlineSnapshot(
    `"[polyphase PP4006] network: its program on the webgpu backend has been disposed. Compile the model again."`,
  );
});

test('a shader that the device does not take is shown with its kernel and text', async () => {
  const dispatch = {
    kernel: 'loop',
    code: 'fn main() { let x = 1 +; }',
    key: 'broken',
    bindings: [],
    workgroups: [1, 1, 1],
  } as const;
  const said = await complaint(new Pipelines(await gpu.device()).of(dispatch));
  expect(said).toMatch(
    /^\[polyphase PP3005\] webgpu, kernel loop: the device does not take its shader: 1:\d+ .*let x = 1 \+;/s,
  );
});

test('memory that the device does not have is counted', async () => {
  const n = new Network();
  const { limits } = await gpu.device();
  const size = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize) / 4 + 4;
  const x = { name: 'x', type: { dtype: 'float32', shape: [size] } } as const;
  const y = n.layer(ops.exp, { x });
  const { graph } = n.sample('huge', [y]);
  expect(await complaint(gpu.compile({ ...graph, inputs: [x] }, {}))).toMatch(
    /^\[polyphase PP3004\] huge: x takes [\d.]+ [MG]iB, and the device binds [\d.]+ [MG]iB at most/,
  );
});

test('those who ask at one time get one device', async () => {
  const own = webgpu();
  const devices = await Promise.all([own.device(), own.device(), own.device()]);
  expect(new Set(devices).size).toBe(1);
  await own.close();
});

test('what it refuses, it says why', () => {
  const n = new Network({ dtype: 'float64' });
  const root = n.add(ops.sqrt, [n.input([3])], {});
  const sine = n.add(ops.sin, root.outputs, {});
  expect([root, sine].map((node) => gpu.refuses(node))).toMatchInlineSnapshot(`
    [
      undefined,
      "WGSL has no float64, and it has no sin of its own for it",
    ]
  `);
  const long = { name: 'x', type: { dtype: 'float32', shape: [2 ** 16, 2 ** 15] } } as const;
  expect(gpu.refuses(n.add(ops.relu, [long], {}))).toMatchInlineSnapshot(
    `"a tensor of 2147483648 elements is beyond 32-bit indexes"`,
  );
  expect(targetOf().limits.maxBufferSize).toBe(2 ** 28);
});
