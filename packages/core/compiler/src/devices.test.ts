import { type Graph, type Model, make, mul, type Node, outputOf, relu, sigmoid, tensor } from '@polyphase/ir';
import type { DeviceTensor } from '@polyphase/plugin';
import { expect, expectTypeOf, test } from 'vitest';
import { compile } from './compile.ts';
import { deviceToy } from './device-toy.testing.ts';
import { float32, toy } from './toy.testing.ts';

/** relu -> sigmoid -> mul(relu, sigmoid): with sigmoid elsewhere, the middle of a sandwich. */
const sandwich: Model<'x', 'y' | 'mask'> = {
  name: 'sandwich',
  inputs: [{ name: 'x', type: { dtype: 'float32', shape: [2] } }],
  outputs: ['y', 'mask'],
  graph: () => sandwichGraph(),
};

function sandwichGraph(): Graph {
  const x = float32('x', [2]);
  const first = make(relu, { x }, {}, { name: 'first' });
  const middle = make(sigmoid, { x: outputOf(first) }, {}, { name: 'middle' });
  const last = make(mul, { a: outputOf(first), b: outputOf(middle) }, {}, { name: 'last' });
  const outputs = [
    { name: 'y', value: outputOf(last) },
    { name: 'mask', value: outputOf(middle) },
  ];
  return { name: 'sandwich', inputs: [x], nodes: [first, middle, last], outputs };
}

const notSigmoid = ({ op }: Node): boolean => op !== 'sigmoid';
const onlySigmoid = ({ op }: Node): boolean => op === 'sigmoid';
const x = tensor([-1, 2], [2]);
const two = 2 / (1 + Math.exp(-2));

test('what a later region of the same backend reads stays on its device, what another reads is copied once', async () => {
  const gpu = deviceToy('gpu', { takes: notSigmoid });
  const model = await compile(sandwich, { backends: [gpu, toy('plain')] });
  const { y } = await model.run({ x });
  expect(y.data[1]).toBeCloseTo(two, 6);
  expect(gpu.events).toEqual(['compile relu', 'compile mul', 'run host', 'read', 'run device host']);
  expect(gpu.live.size).toBe(0);
});

test('outputs come to the host unless asked for on the device, and then they are the caller’s', async () => {
  const gpu = deviceToy('gpu');
  const model = await compile(sandwich, { backends: [gpu] });
  const onHost = await model.run({ x }, { outputs: 'host' });
  expectTypeOf(onHost.y.data).not.toBeAny();
  const onDevice = await model.run({ x }, { outputs: 'device' });
  expectTypeOf(onDevice.mask).toEqualTypeOf<DeviceTensor>();
  expect(gpu.live).toEqual(new Set([onDevice.y, onDevice.mask]));
  expect(await onDevice.y.read()).toEqual(onHost.y);
  const mixed = await model.run({ x }, { outputs: { mask: 'device' } });
  expectTypeOf(mixed.mask).toEqualTypeOf<DeviceTensor>();
  expect([...mixed.y.data]).toEqual([...onHost.y.data]);
  for (const held of [onDevice.y, onDevice.mask, mixed.mask]) held.dispose();
  expect(gpu.live.size).toBe(0);
});

test('an output asked for on the device of a backend without one is a device tensor of the host', async () => {
  const model = await compile(sandwich, { backends: [toy('plain')] });
  const { y } = await model.run({ x }, { outputs: 'device' });
  expect([y.device, y.shape]).toEqual(['host', [2]]);
  expect((await y.read()).data[1]).toBeCloseTo(two, 6);
  const again = await model.run({ x: y });
  expect(again.y.data[1]).toBeCloseTo(two / (1 + Math.exp(-two)), 5);
});

test('an input on the device is passed on as it is, read for layers elsewhere, and stays the caller’s', async () => {
  const gpu = deviceToy('gpu');
  const model = await compile(sandwich, { backends: [gpu] });
  const { y } = await model.run({ x }, { outputs: { y: 'device' } });
  gpu.events.length = 0;
  await model.run({ x: y });
  expect(gpu.events).toEqual(['run device']);
  const other = await compile(sandwich, { backends: [deviceToy('other')] });
  await other.run({ x: y });
  expect(gpu.events).toEqual(['run device', 'read']);
  expect(gpu.live).toEqual(new Set([y]));
});

test('an input on the device that decides shapes is read', async () => {
  const gpu = deviceToy('gpu');
  const { y } = await (await compile(sandwich, { backends: [gpu] })).run({ x }, { outputs: 'device' });
  const deciding: Model<'x', 'y' | 'mask'> = {
    ...sandwich,
    inputs: [{ ...sandwich.inputs[0]!, decidesShapes: true }],
    graph(bindings) {
      expect(bindings!.get('x')!.value!.data[1]).toBeCloseTo(two, 6);
      return sandwichGraph();
    },
  };
  const model = await compile(deciding, { backends: [gpu] });
  expect((await model.run({ x: y })).y.shape).toEqual([2]);
});

test('nothing stays on the device when a later region fails', async () => {
  const gpu = deviceToy('gpu', { takes: notSigmoid });
  const broken = deviceToy('broken', {
    beforeRun: () => {
      throw new Error('boom');
    },
  });
  const model = await compile(sandwich, { backends: [gpu, broken] });
  await expect(model.run({ x }, { outputs: 'device' })).rejects.toThrow(
    '[polyphase PP4007] sandwich/1 on broken: the backend failed while running 1 layers: boom.',
  );
  expect(gpu.live.size).toBe(0);
  expect(gpu.events).toContain('read');
});

test.each([
  [true, true, 4],
  [true, false, 1],
  [false, false, 1],
])('runs overlap where all backends let them: %s and %s', async (one, two, most) => {
  const gpu = deviceToy('gpu', { takes: notSigmoid, overlaps: one });
  const other = deviceToy('other', { takes: onlySigmoid, overlaps: two });
  const model = await compile(sandwich, { backends: [gpu, other] });
  const inputs = [1, 2, 3, 4].map((value) => tensor([value, 0], [2]));
  const results = await Promise.all(inputs.map((each) => model.run({ x: each })));
  for (const [i, { y }] of results.entries())
    expect(y.data[0]).toBeCloseTo((i + 1) / (1 + Math.exp(-(i + 1))), 5);
  expect(Math.max(gpu.mostInFlight, other.mostInFlight)).toBe(most);
  await model.close();
  expect(gpu.live.size + other.live.size).toBe(0);
});

test('closing waits for runs in flight', async () => {
  const gpu = deviceToy('gpu', { overlaps: true });
  const model = await compile(sandwich, { backends: [gpu] });
  const runs = [model.run({ x }), model.run({ x })];
  await model.close();
  expect(gpu.events.at(-1)).toBe('dispose program');
  expect(await Promise.all(runs)).toHaveLength(2);
});

test('steps and generated code are reachable', async () => {
  const model = await compile(sandwich, {
    backends: [deviceToy('gpu', { takes: notSigmoid }), deviceToy('other')],
  });
  const steps: string[] = [];
  await model.run({ x }, { observe: ({ nodes }, ms) => steps.push(`${nodes.map(({ op }) => op)} ${ms}`) });
  expect(steps).toEqual(['relu 1', 'sigmoid 1', 'mul 1']);
  expect(model.emit().map(({ name, text }) => `${name}: ${text}`)).toEqual([
    'gpu/sandwich/0.txt: relu',
    'other/sandwich/1.txt: sigmoid',
    'gpu/sandwich/2.txt: mul',
  ]);
});

test('an output that the model does not have cannot be asked for', async () => {
  const model = await compile(sandwich, { backends: [toy('plain')] });
  await expect(model.run({ x }, { outputs: { z: 'device' } as never })).rejects.toThrow(
    '[polyphase PP4002] output z: the model has no output of this name. Its outputs are: y, mask.',
  );
});
