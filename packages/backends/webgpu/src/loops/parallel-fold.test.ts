import { judge, Network, type Sample, withAt } from '@polyphase/conformance';
import { type Op, ops, type Tensor, toNumbers } from '@polyphase/ir';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gpu, openGpu } from '../device/gpu.ts';
import { generate } from '../generate.ts';
import { instantiate } from '../program/instance.ts';
import { GpuProgram } from '../program/program.ts';
import { targetOf } from '../target.ts';

let gpu: Gpu;
beforeAll(async () => {
  gpu = await openGpu({ powerPreference: undefined });
});
afterAll(() => gpu.device.destroy());

type Reduce = Op<'x', { axes: readonly number[]; keepDims: boolean }>;

const reduced = (
  op: Reduce,
  data: Partial<ConstructorParameters<typeof Network>[0]> = {},
  nan?: number,
): Sample => {
  const n = new Network(data);
  const shape = [3, 2, 17, 30];
  const x = n.input(nan === undefined ? shape : withAt({ [nan]: Number.NaN }, shape));
  return n.sample('reduced', [n.layer(op, { x }, { axes: [1, 2, 3], keepDims: false })]);
};

/** As on a device that is not software. */
async function run({
  graph,
  inputs,
}: Sample): Promise<{ kernels: readonly string[]; outputs: readonly Tensor[] }> {
  const generated = generate(graph, { ...gpu.target, software: false });
  const program = new GpuProgram(graph, generated, await instantiate(graph, generated, gpu));
  const outputs = (await program.run(Object.values(inputs))) as readonly Tensor[];
  program.dispose();
  return { kernels: generated.stages.map(({ dispatch }) => dispatch.kernel), outputs };
}

test.each<[string, Sample]>([
  ['sum of reals', reduced(ops.reduceSum, { reals: true })],
  ['mean', reduced(ops.reduceMean, { reals: true })],
  ['product of ones', reduced(ops.reduceL2, { reals: true })],
  ['greatest, with NaN', reduced(ops.reduceMax, {}, 77)],
  ['least of int64', reduced(ops.reduceMin, { dtype: 'int64' })],
  ['sum of float64', reduced(ops.reduceSum, { dtype: 'float64' })],
])('%s by a workgroup', async (_, sample) => {
  const { kernels, outputs } = await run(sample);
  expect(kernels).toContain('reduction');
  const { outputs: expected, bounds } = judge(sample.graph, sample.inputs);
  const [wanted, found] = [toNumbers(expected.y!), toNumbers(outputs[0]!)];
  for (const [i, value] of wanted.entries()) {
    if (Number.isNaN(value)) expect(found[i]).toBeNaN();
    else expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(bounds.y![i]!);
  }
});

test('each invocation folds its share, then pairs are joined', () => {
  const n = new Network();
  const x = n.input([2, 6, 50], 'x');
  const { graph } = n.sample('y', [n.layer(ops.reduceMax, { x }, { axes: [1, 2], keepDims: false })]);
  expect(generate(graph, targetOf()).stages[0]!.dispatch.code).toMatchInlineSnapshot(`
    "// reduceMax
    @group(0) @binding(0) var<storage, read_write> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> reduceMax: array<f32>;

    fn infinity() -> f32 {
      var bits = 0x7f800000u;
      return bitcast<f32>(bits);
    }

    fn is_nan(x: f32) -> bool {
      return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
    }

    fn max_nan(a: f32, b: f32) -> f32 {
      return select(select(max(a, b), b, is_nan(b)), a, is_nan(a));
    }

    var<workgroup> partial_greatest: array<f32, 128>;

    @compute @workgroup_size(128, 1, 1)
    fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
      let lane = i32(local);
      let i = i32(group.x);
      var greatest = -infinity();
      for (var r0 = lane; r0 < 300; r0 += 128) {
        greatest = max_nan(greatest, x[i * 300 + r0]);
      }
      partial_greatest[lane] = greatest;
      workgroupBarrier();
      for (var half = 64; half > 0; half /= 2) {
        if (lane < half) { partial_greatest[lane] = max_nan(partial_greatest[lane], partial_greatest[lane + half]); }
        workgroupBarrier();
      }
      greatest = partial_greatest[0];
      if (lane == 0) { reduceMax[i] = greatest; }
    }
    "
  `);
});
