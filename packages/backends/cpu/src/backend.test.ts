import { PolyphaseError, type Tensor, tensor } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { compileGraph, constant, modes, Region, samples } from './graphs.testing.ts';
import { type CpuProgram, cpu } from './index.ts';

/** conv, relu, softmax over the channels. */
function network() {
  const region = new Region();
  const x = region.input([1, 3, 9, 11]);
  const attributes = {
    stride: [1, 1],
    dilation: [1, 1],
    pads: [
      [1, 1],
      [1, 1],
    ],
    groups: 1,
  };
  const sum = region.op('conv', [x, constant(samples([5, 3, 3, 3])), constant(samples([5]))], attributes);
  return region.graph(region.op('softmax', [region.op('relu', [sum])], { axis: 1 }));
}

/** What a rejected promise of ours says. */
const complaint = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof PolyphaseError ? error.message : `not ours: ${String(error)}`),
  );

test('probe says what it found', async () => {
  expect(await cpu({ relaxedSimd: false }).probe()).toMatchObject({ ok: true });
  const fused = await cpu({ relaxedSimd: true }).probe();
  expect(fused.ok).toBe(modes.includes(true));
});

test('every layer is taken, but for tensors beyond 32-bit indexes', () => {
  const region = new Region();
  region.op('relu', [region.input([2 ** 16, 2 ** 15])]);
  expect(cpu().refuses(region.last)).toMatchInlineSnapshot(
    `"a tensor of 2147483648 elements is beyond 32-bit indexes"`,
  );
  expect(network().nodes.map((node) => cpu().refuses(node))).toEqual([undefined, undefined, undefined]);
});

test('runs do not disturb each other, and the outputs are the caller’s', async () => {
  const program = await compileGraph(network());
  const [a, b] = [samples([1, 3, 9, 11], 'float32', 2), samples([1, 3, 9, 11], 'float32', 5)];
  const [first] = await program.run([a]);
  const [again, other, third] = await Promise.all([program.run([a]), program.run([b]), program.run([a])]);
  expect(again).toEqual([first]);
  expect(third).toEqual([first]);
  expect(other).not.toEqual([first]);
  first!.data.fill(0 as never);
  expect(await program.run([a])).toEqual(again);
});

test('a disposed program does not run', async () => {
  const program = await compileGraph(network());
  program.dispose();
  expect(await complaint(program.run([samples([1, 3, 9, 11])]))).toMatchInlineSnapshot(
    `"[polyphase PP4006] test: its program on the cpu backend has been disposed. Compile the model again."`,
  );
});

test('memory is counted before it is taken', async () => {
  const small = cpu({ maxMemory: 4096, relaxedSimd: false });
  expect(await complaint(small.compile(network(), {}))).toMatchInlineSnapshot(
    `"[polyphase PP3004] test: it needs 6.8 KiB (weights 1 KiB, activations 4.3 KiB, scratch 1.2 KiB), the cpu backend may use 4 KiB. Use smaller inputs, or raise maxMemory where it is set."`,
  );
  const region = new Region();
  const huge = region.graph(region.op('exp', [region.input([3 * 2 ** 28])]));
  expect(await complaint(cpu().compile(huge, {}))).toMatchInlineSnapshot(
    `"[polyphase PP3004] test: it needs 6 GiB (weights 64 bytes, activations 6 GiB, scratch 0 bytes), the cpu backend may use 4 GiB. Use smaller inputs, or raise maxMemory where it is set."`,
  );
});

test('a runtime that gives no memory is an error with the same numbers', async () => {
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class {
    constructor() {
      throw new RangeError('could not allocate memory');
    }
  } as unknown as typeof Memory;
  try {
    expect(await complaint(cpu({ relaxedSimd: false }).compile(network(), {}))).toMatchInlineSnapshot(
      `"[polyphase PP3004] test: it needs 6.8 KiB (weights 1 KiB, activations 4.3 KiB, scratch 1.2 KiB), the runtime does not give that much. Use smaller inputs, or raise maxMemory where it is set."`,
    );
  } finally {
    WebAssembly.Memory = Memory;
  }
});

test('a run can be watched step by step, and the program can be read', async () => {
  const lines: string[] = [];
  const program = (await cpu({ relaxedSimd: false }).compile(network(), {
    trace: (line) => lines.push(line),
  })) as CpuProgram;
  const seen: string[] = [];
  await program.run([samples([1, 3, 9, 11])], {
    observe(step, milliseconds) {
      expect(milliseconds).toBeGreaterThanOrEqual(0);
      seen.push(step.kernel);
    },
  });
  expect(seen).toEqual(program.report.steps.map(({ kernel }) => kernel));
  expect(lines).toMatchInlineSnapshot(`
    [
      "cpu: convolution 2x3: conv0 + relu1",
      "cpu: loop: softmax2",
      "cpu: loop: softmax2",
      "cpu: loop: softmax2",
      "cpu: loop: softmax2",
    ]
  `);
  expect(program.emit()[0]!.text).toContain(';; conv0 + relu1');
});

test('outputs that are inputs or constants, and empty tensors, come back', async () => {
  const region = new Region();
  const x = region.input([2, 3]);
  const known = tensor([1, 2, 3], [3]);
  const empty = region.op('slice', [x], { start: [0, 0], step: [1, 1], length: [0, 3] });
  const program = await compileGraph(region.graph(x, constant(known), empty));
  const given: Tensor = samples([2, 3]);
  expect(await program.run([given])).toEqual([given, known, tensor([], [0, 3])]);
});
