/** What is generated, without a device. */
import { Network } from '@polyphase/conformance';
import { ops } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { generate, type Precision, targetOf } from './index.ts';

const half = targetOf({}, { f16: true });

const shaders = (
  n: Network,
  y: Parameters<Network['sample']>[1],
  target = targetOf(),
  precision?: Precision,
) => generate(n.sample('net', y).graph, target, precision).stages.map(({ dispatch }) => dispatch);

test('pointwise layers are one kernel, named by its layers', () => {
  const n = new Network();
  const scaled = n.layer(ops.mul, { a: n.input([2, 3, 4], 'image'), b: n.weight([3, 1], 'scale') });
  const [only, ...others] = shaders(n, [n.layer(ops.relu, { x: scaled })]);
  expect(others).toEqual([]);
  expect(only!.workgroups).toEqual([1, 1, 1]);
  expect(only!.code).toMatchInlineSnapshot(`
    "// mul + relu
    @group(0) @binding(0) var<storage, read_write> image: array<f32>;
    @group(0) @binding(1) var<storage, read> scale: array<f32>;
    @group(0) @binding(2) var<storage, read_write> relu: array<f32>;

    // The greater one; comparisons with NaN are false, so that it stays.
    fn at_least(x: f32, least: f32) -> f32 {
      return select(x, least, x < least);
    }

    @compute @workgroup_size(64, 1, 1)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
      let i = i32(id.x);
      if (i >= 24) { return; }
      let i1 = i / 4 % 3;
      relu[i] = at_least(image[i] * scale[i1], 0.0f);
    }
    "
  `);
});

test('a reduction is a loop, and what does not change in it stands before it', () => {
  const n = new Network();
  const x = n.input([2, 5, 3], 'x');
  const mean = n.layer(ops.reduceMean, { x }, { axes: [1], keepDims: true });
  expect(shaders(n, [mean])[0]!.code).toMatchInlineSnapshot(`
    "// reduceMean
    @group(0) @binding(0) var<storage, read_write> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> reduceMean: array<f32>;

    @compute @workgroup_size(64, 1, 1)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
      let i = i32(id.x);
      if (i >= 6) { return; }
      let i0 = i / 3;
      let i1 = i % 3;
      var sum = 0.0f;
      for (var r0 = 0; r0 < 5; r0++) {
        sum += x[i0 * 15 + r0 * 3 + i1];
      }
      reduceMean[i] = sum / 5.0f;
    }
    "
  `);
});

test('names of a model never become text of a shader', () => {
  const n = new Network();
  const x = n.input([4], 'x; }\n fn main() {} // \u2028 let ü = fn');
  const [only] = shaders(n, [n.layer(ops.add, { a: x, b: n.input([4], 'let') })]);
  expect(only!.code).toMatchInlineSnapshot(`
    "// add
    @group(0) @binding(0) var<storage, read_write> x_fn_main_let_fn: array<f32>;
    @group(0) @binding(1) var<storage, read_write> let_2: array<f32>;
    @group(0) @binding(2) var<storage, read_write> add: array<f32>;

    @compute @workgroup_size(64, 1, 1)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
      let i = i32(id.x);
      if (i >= 4) { return; }
      add[i] = x_fn_main_let_fn[i] + let_2[i];
    }
    "
  `);
});

test('names do not tell pipelines apart', () => {
  const keys = ['first', 'second'].map((name) => {
    const n = new Network();
    return shaders(n, [n.layer(ops.softsign, { x: n.input([7], name) })])[0]!.key;
  });
  expect(keys[0]).toBe(keys[1]);
});

test('more workgroups than a dimension has are folded', () => {
  const n = new Network();
  const neg = n.layer(ops.neg, { x: n.input([200], 'x') });
  const [only] = shaders(n, [neg], targetOf({ maxComputeWorkgroupsPerDimension: 3 }));
  expect(only!.workgroups).toEqual([2, 2, 1]);
  expect(only!.code).toMatchInlineSnapshot(`
    "// neg
    @group(0) @binding(0) var<storage, read_write> x: array<f32>;
    @group(0) @binding(1) var<storage, read_write> neg: array<f32>;

    @compute @workgroup_size(64, 1, 1)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
      let i = i32(id.x + id.y * 128u);
      if (i >= 200) { return; }
      neg[i] = -x[i];
    }
    "
  `);
});

test('float16 is stored in 16 bits where the device has them, else rounded in 32', () => {
  const text = (target: ReturnType<typeof targetOf>): string => {
    const n = new Network({ dtype: 'float16' });
    return shaders(n, [n.layer(ops.add, { a: n.input([4], 'a'), b: n.input([4], 'b') })], target)[0]!.code;
  };
  expect(text(half)).toMatchInlineSnapshot(`
    "// add
    enable f16;

    @group(0) @binding(0) var<storage, read_write> a: array<f16>;
    @group(0) @binding(1) var<storage, read_write> b: array<f16>;
    @group(0) @binding(2) var<storage, read_write> add: array<f16>;

    @compute @workgroup_size(64, 1, 1)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
      let i = i32(id.x);
      if (i >= 4) { return; }
      add[i] = f16(f32(a[i]) + f32(b[i]));
    }
    "
  `);
  expect(text(targetOf())).toContain('add[i] = round_to_f16(a[i] + b[i]);');
});

test('precision float16 stores what lies between layers in 16 bits, not what the caller sees', () => {
  const n = new Network();
  const x = n.input([2, 40], 'x');
  const softmax = n.layer(ops.softmax, { x }, { axis: 1 });
  const halved = shaders(n, [n.layer(ops.cumSum, { x: softmax }, { axis: 1 })], half, 'float16');
  const types = halved.flatMap(({ code }) => [...code.matchAll(/var<storage, \w+> (\w+): array<(\w+)>/g)]);
  expect(Object.fromEntries(types.map(([, name, type]) => [name, type]))).toMatchInlineSnapshot(`
    {
      "cumSum": "f32",
      "cumSum_every2": "f16",
      "cumSum_every4": "f16",
      "cumSum_every8": "f16",
      "softmax_exp": "f16",
      "softmax_factor": "f16",
      "softmax_max": "f16",
      "x": "f32",
    }
  `);
  const { stages } = generate(n.sample('net', [softmax]).graph, half, 'float16');
  expect(stages.map(({ step }) => step.errorFactor)).toEqual(stages.map(() => 2 ** 13));
});

test('64-bit numbers are two words', () => {
  const n = new Network({ dtype: 'int64' });
  const sum = n.layer(ops.add, { a: n.input([3], 'a'), b: n.input([3], 'b') });
  expect(shaders(n, [sum])[0]!.code).toMatchInlineSnapshot(`
    "// add
    @group(0) @binding(0) var<storage, read_write> a: array<vec2<u32>>;
    @group(0) @binding(1) var<storage, read_write> b: array<vec2<u32>>;
    @group(0) @binding(2) var<storage, read_write> add: array<vec2<u32>>;

    fn add_i64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
      let low = a.x + b.x;
      return vec2<u32>(low, a.y + b.y + u32(low < a.x));
    }

    @compute @workgroup_size(64, 1, 1)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
      let i = i32(id.x);
      if (i >= 3) { return; }
      add[i] = add_i64(a[i], b[i]);
    }
    "
  `);
});

test('maximum and comparison keep NaN, whatever a compiler thinks of it', () => {
  const n = new Network();
  const [a, b] = [n.input([4], 'a'), n.input([4], 'b')];
  const [max] = shaders(n, [n.layer(ops.max, { a, b })]);
  expect(max!.code).toContain('= max_nan(a[i], b[i]);');
  const m = new Network();
  const [isNan] = shaders(m, [m.layer(ops.isNaN, { x: m.input([4], 'x') })]);
  expect(isNan!.code).toContain('is_nan(');
});

test('elements that are stored to twice are stored in order', () => {
  const n = new Network();
  const indices = n.input({ dtype: 'int64', elements: [1, 1, 0], shape: [3] } as never, 'indices');
  const scattered = n.layer(
    ops.scatterElements,
    { x: n.input([4], 'x'), indices, updates: n.input([3], 'updates') },
    { axis: 0, reduction: 'add' },
  );
  expect(shaders(n, [scattered]).at(-1)!.code).toMatchInlineSnapshot(`
    "// scatterElements
    @group(0) @binding(0) var<storage, read_write> scatterElements: array<f32>;
    @group(0) @binding(1) var<storage, read_write> indices: array<vec2<u32>>;
    @group(0) @binding(2) var<storage, read_write> updates: array<f32>;

    @compute @workgroup_size(1, 1, 1)
    fn main() {
      for (var i0 = 0; i0 < 3; i0++) {
        let at = bitcast<i32>(indices[i0].x);
        let at_2 = min(max(select(at, at + 4, at < 0), 0), 3);
        scatterElements[at_2] = scatterElements[at_2] + updates[i0];
      }
    }
    "
  `);
});

test('no shader binds more buffers than a device allows', () => {
  const n = new Network();
  const parts = Array.from({ length: 12 }, (_, i) => n.layer(ops.relu, { x: n.input([1, 3 + i]) }));
  const joined = n.add(ops.concat, parts, { axis: 1 }).outputs[0]!;
  let x = n.layer(
    ops.conv,
    { x: n.input([1, 4, 8, 8]), w: n.weight([4, 4, 3, 3]), bias: n.weight([4]) },
    {
      stride: [1, 1],
      dilation: [1, 1],
      pads: [
        [0, 0],
        [0, 0],
      ],
      groups: 1,
    },
  );
  for (let i = 0; i < 9; i++) x = n.layer(ops.add, { a: x, b: n.input([1, 4, 6, 6]) });
  for (const { bindings } of shaders(n, [n.layer(ops.exp, { x: joined }), x]))
    expect(bindings.length).toBeLessThanOrEqual(8);
});
