import {
  type Graph,
  type Model,
  make,
  mul,
  type Node,
  outputOf,
  PolyphaseError,
  relu,
  sigmoid,
  tensor,
} from '@polyphase/ir';
import { expect, test, vi } from 'vitest';
import { type CompileOptions, compile } from './compile.ts';
import { type DeviceToyOptions, deviceToy, lost } from './device-toy.testing.ts';
import type { Failover } from './failover.ts';
import { float32, toy } from './toy.testing.ts';

const model: Model<'x', 'y'> = {
  name: 'two',
  inputs: [{ name: 'x', type: { dtype: 'float32', shape: ['n'] } }],
  outputs: ['y'],
  graph: (bindings) => twoLayers(bindings!.get('x')!.shape as readonly number[]),
};

function twoLayers(shape: readonly number[]): Graph {
  const x = float32('x', shape);
  const first = make(relu, { x }, {}, { name: 'first' });
  const last = make(sigmoid, { x: outputOf(first) }, {}, { name: 'last' });
  return { name: 'two', inputs: [x], nodes: [first, last], outputs: [{ name: 'y', value: outputOf(last) }] };
}

const x = tensor([1, 2], [2]);
const outOfMemory = new PolyphaseError('PP3004', {
  at: 'last (sigmoid)',
  problem: 'it needs 3 GiB, the device has 2 GiB',
  fix: 'Run smaller inputs',
});

/** Fails the first `times` times. */
const failing = (times: number, error: () => Error = () => lost('gpu')) => {
  let left = times;
  return () => {
    if (left-- > 0) throw error();
  };
};

const setUp = async (gpuOptions: DeviceToyOptions, options: Partial<CompileOptions> = {}) => {
  const gpu = deviceToy('gpu', gpuOptions);
  const next = toy('next');
  return { gpu, next, compiled: await compile(model, { backends: [gpu, next], ...options }) };
};

const placed = ({ placement }: Awaited<ReturnType<typeof setUp>>['compiled']) =>
  placement.map(({ node, backend, refused }) => [node.name, backend.name, ...refused.map(({ why }) => why)]);

test('without failover the run throws with advice, and the next one has programs of the recovered device', async () => {
  const { gpu, next, compiled } = await setUp({ beforeRun: failing(1) });
  await expect(compiled.run({ x })).rejects.toThrow(
    '[polyphase PP4008] gpu: the device is lost. Run again, or compile with { failover: true } to let these layers move to next.',
  );
  expect((await compiled.run({ x })).y.shape).toEqual([2]);
  expect(gpu.events.filter((event) => event.startsWith('compile'))).toHaveLength(2);
  await compiled.close();
  expect(gpu.events.filter((event) => event === 'dispose program')).toHaveLength(2);
  expect(next.events).toEqual([]);
});

test('with failover the region moves, the run starts again, and the placement says why', async () => {
  const { gpu, next, compiled } = await setUp({ beforeRun: failing(99) }, { failover: true });
  const { y } = await compiled.run({ x });
  expect(y.data[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
  expect(placed(compiled)).toEqual([
    ['first', 'next', 'its device failed: the device is lost'],
    ['last', 'next', 'its device failed: the device is lost'],
  ]);
  expect(gpu.events).toEqual(['compile relu sigmoid', 'dispose program']);
  await compiled.run({ x });
  expect(next.events).toEqual(['compile relu sigmoid']);
});

test('only the region whose device failed moves', async () => {
  const isRelu = ({ op }: { readonly op: string }) => op === 'relu';
  const gpu = deviceToy('gpu', { takes: isRelu, beforeRun: failing(1) });
  const npu = deviceToy('npu', { takes: (node) => !isRelu(node) });
  const next = deviceToy('next');
  const compiled = await compile(model, { backends: [gpu, npu, next], failover: true });
  await compiled.run({ x });
  expect(placed(compiled).map(([node, backend]) => `${node} ${backend}`)).toEqual(['first next', 'last npu']);
  expect(npu.events).toEqual(['compile sigmoid', 'run host']);
  await compiled.close();
  expect([gpu, npu, next].map(({ events }) => events.filter((e) => e === 'dispose program').length)).toEqual([
    1, 1, 1,
  ]);
});

test('memory that is short while compiling moves the region too', async () => {
  const { compiled } = await setUp({ beforeCompile: failing(1, () => outOfMemory) }, { failover: true });
  await compiled.run({ x });
  expect(placed(compiled)[1]).toEqual([
    'last',
    'next',
    'its device failed: it needs 3 GiB, the device has 2 GiB',
  ]);
});

test('a function is told of each case and decides', async () => {
  const failover = vi.fn((_: Failover) => false);
  const { compiled } = await setUp({ beforeRun: failing(1) }, { failover });
  await expect(compiled.run({ x })).rejects.toThrow('[polyphase PP4008] gpu: the device is lost. Run again.');
  expect(failover.mock.calls.map(([{ region, from, to, error }]) => [region, from, to, error.code])).toEqual([
    ['two/0', 'gpu', ['next'], 'PP4008'],
  ]);
});

test.each<[string, () => Promise<unknown>, string]>([
  [
    'no other backend takes the layers',
    async () => {
      const gpu = deviceToy('gpu', { beforeRun: failing(1) });
      return (await compile(model, { backends: [gpu], failover: true })).run({ x });
    },
    '[polyphase PP4008] gpu: the device is lost. Run again.',
  ],
  [
    'strict',
    async () =>
      (await setUp({ beforeRun: failing(1) }, { strict: true, failover: true })).compiled.run({ x }),
    '[polyphase PP4008] gpu: the device is lost. Run again.',
  ],
  [
    'no memory while compiling, without failover',
    async () => (await setUp({ beforeCompile: failing(1, () => outOfMemory) })).compiled.run({ x }),
    '[polyphase PP3004] last (sigmoid): it needs 3 GiB, the device has 2 GiB. Run smaller inputs, or compile with { failover: true } to let these layers move to next.',
  ],
])('the failure reaches the caller: %s', async (_, act, message) => {
  await expect(act()).rejects.toThrow(expect.objectContaining({ message }));
});

test('runs in flight when the device fails all have their results from the next backend', async () => {
  const { gpu, compiled } = await setUp({ overlaps: true, beforeRun: failing(99) }, { failover: true });
  const inputs = [1, 2, 3].map((value) => tensor([value, 0], [2]));
  const results = await Promise.all(inputs.map((each) => compiled.run({ x: each })));
  for (const [i, { y }] of results.entries()) expect(y.data[0]).toBeCloseTo(1 / (1 + Math.exp(-i - 1)), 6);
  expect(gpu.events).toEqual(['compile relu sigmoid', 'dispose program']);
});

test('waiting runs go on with the moved programs', async () => {
  const { gpu, next, compiled } = await setUp({ beforeRun: failing(1) }, { failover: true });
  await Promise.all([compiled.run({ x }), compiled.run({ x }), compiled.run({ x })]);
  expect(gpu.events).toEqual(['compile relu sigmoid', 'dispose program']);
  expect(next.events).toEqual(['compile relu sigmoid']);
});

test('a device that fails while it is read counts as the region’s', async () => {
  const gpu = deviceToy('gpu', { takes: ({ op }) => op !== 'sigmoid', beforeRead: failing(1) });
  const sandwich: Model<'x', 'y'> = {
    ...model,
    graph(bindings) {
      const { nodes, ...graph } = model.graph(bindings);
      const [first, last] = nodes as [Node, Node];
      const both = make(mul, { a: outputOf(first), b: outputOf(last) }, {}, { name: 'both' });
      return { ...graph, nodes: [first, last, both], outputs: [{ name: 'y', value: outputOf(both) }] };
    },
  };
  const compiled = await compile(sandwich, { backends: [gpu, deviceToy('next')], failover: true });
  const { y } = await compiled.run({ x });
  expect(y.data[1]).toBeCloseTo(2 / (1 + Math.exp(-2)), 6);
  expect(placed(compiled).map(([node, backend]) => `${node} ${backend}`)).toEqual([
    'first next',
    'last next',
    'both gpu',
  ]);
  expect(gpu.live.size).toBe(0);
});
