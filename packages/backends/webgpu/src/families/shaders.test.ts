import { expect, test } from 'vitest';
import { generate } from '../generate.ts';
import { targetOf } from '../target.ts';
import { layer } from './convolutions.testing.ts';
import { known, Layers } from './run.testing.ts';

test('a shader of a transposed convolution: both phases of an axis in each invocation', () => {
  const graph = layer('convTranspose', {
    x: [1, 2, 4],
    rows: 1,
    kernel: [4],
    stride: [2],
    cut: [[1, 1]],
    tail: 'relu',
  });
  const [stage] = generate(graph, targetOf()).stages;
  expect(stage!.dispatch.code).toMatchInlineSnapshot(`
    "// convTranspose0 + relu1
    @group(0) @binding(0) var<storage, read_write> source: array<f32>;
    @group(0) @binding(1) var<storage, read> weights: array<vec2<f32>>;
    @group(0) @binding(2) var<storage, read> bias: array<f32>;
    @group(0) @binding(3) var<storage, read_write> result: array<f32>;

    // The greater one; comparisons with NaN are false, so that it stays.
    fn at_least(x: f32, least: f32) -> f32 {
      return select(x, least, x < least);
    }

    fn store(image: i32, group: i32, channel: i32, plane: i32, line: i32, column: i32, products: f32) {
      if (u32(column) >= 8u) { return; }
      let c = channel;
      let sum = products + bias[c];
      result[column] = at_least(sum, 0.0f);
    }

    @compute @workgroup_size(64, 1, 1)
    fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(local_invocation_index) local: u32) {
      let number = i32(id.x);
      let unit = i32(local);
      if (!(unit < 5)) { return; }
      let block = 0;
      let group = 0;
      let column = unit;
      let line = 0;
      let plane = 0;
      let image = 0;
      var sum0_0 = vec2<f32>();
      let start = column;
      let inside_m1 = u32(start - 1) < 4u;
      let inside_0 = u32(start) < 4u;
      let row0 = start;
      var input = image * 8;
      var weight = block * 4;
      for (var channel = 0; channel < 2; channel += 2) {
        let at0 = input + row0;
        let x0_m1 = select(f32(), source[at0 - 1], inside_m1);
        let x0_0 = select(f32(), source[at0], inside_0);
        let at1 = input + 4 + row0;
        let x1_m1 = select(f32(), source[at1 - 1], inside_m1);
        let x1_0 = select(f32(), source[at1], inside_0);
        let w0 = weights[weight];
        let w1 = weights[weight + 1];
        let w2 = weights[weight + 2];
        let w3 = weights[weight + 3];
        sum0_0 += w0 * x0_m1 + w1 * x0_0 + w2 * x1_m1 + w3 * x1_0;
        input += 8;
        weight += 4;
      }
      store(image, group, block, plane, line, column * 2 - 1, sum0_0.x);
      store(image, group, block, plane, line, column * 2, sum0_0.y);
    }
    "
  `);
});

test('a GPU stages the input of a wide kernel in workgroup memory', () => {
  const graph = layer('conv', { x: [1, 128, 64, 64], rows: 128, kernel: [3, 3] });
  const [stage] = generate(graph, targetOf()).stages;
  expect(stage!.dispatch.kernel).toMatch(/^staged convolution/);
});

test('16-bit floats in memory are computed with as float32', () => {
  const layers = new Layers();
  const attributes = {
    stride: [1, 1],
    dilation: [1, 1],
    pads: [
      [0, 0],
      [0, 0],
    ],
    groups: 1,
  };
  const x = layers.op('conv', [layers.input([1, 4, 8, 8]), known([4, 4, 1, 1], 1)], attributes);
  const y = layers.op('conv', [x, known([4, 4, 1, 1], 2)], attributes);
  const [first, second] = generate(layers.graph(y), targetOf({}, { f16: true }), 'float16').stages;
  expect(first!.dispatch.code).toContain('result: array<f16>');
  expect(first!.dispatch.code).toMatch(/result\[.+\] = f16\(sum\);/);
  expect(second!.dispatch.code).toContain('source: array<f16>');
  expect(second!.dispatch.code).toMatch(/let x0_0 = f32\(source\[at0\]\);/);
  expect(second!.dispatch.code).toMatch(/let w0 = f32\(weights\[weight\]\);/);
});
