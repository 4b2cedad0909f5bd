import { expect, test } from 'vitest';
import { generate } from '../generate.ts';
import { targetOf } from '../target.ts';
import { emitRegisterProduct } from './register-product.ts';
import { contractionOf, expectDefined, known, Layers, testGpu } from './run.testing.ts';
import { stackOf } from './stack.ts';
import { emitStagedProduct } from './staged-product.ts';

interface Row {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly known?: boolean;
  readonly tail?: boolean;
  /** Also by way of workgroup memory, which a software adapter takes long to compile. */
  readonly staged?: boolean;
}

const rows: Readonly<Record<string, Row>> = {
  'whole vectors': { a: [8, 12], b: [12, 16] },
  'nothing divides by four': { a: [5, 7], b: [7, 9], tail: true, staged: true },
  'one row': { a: [1, 20], b: [20, 8], known: true },
  'a vector on the left': { a: [6], b: [6, 5] },
  'a vector on the right': { a: [2, 3, 6], b: [6], tail: true },
  stacks: { a: [3, 4, 5], b: [3, 5, 8], tail: true },
  'a stack by one matrix': { a: [2, 3, 4, 6], b: [6, 4], known: true },
  'stacks that are broadcast': { a: [2, 1, 4, 5], b: [3, 5, 6], staged: true },
  'more than a staged tile': { a: [70, 35], b: [35, 66], tail: true, staged: true },
};

function product({ a, b, known: isKnown, tail }: Row) {
  const layers = new Layers();
  const y = layers.op('matMul', [layers.input(a), isKnown ? known(b, 1) : layers.input(b)]);
  const shape = y.type.shape as readonly number[];
  return layers.graph(tail ? layers.op('add', [y, layers.input(shape.slice(-1))]) : y);
}

test.each(Object.entries(rows))('matMul as defined, from registers or staged: %s', async (_, row) => {
  const { target } = await testGpu();
  const graph = product(row);
  const { planned, step, context } = contractionOf(graph, target);
  const emitters = row.staged ? [emitRegisterProduct, emitStagedProduct] : [emitRegisterProduct];
  for (const emit of emitters) await expectDefined(graph, planned, [emit(step, stackOf(step.node), context)]);
});

test('a GPU stages what is large, software does not', () => {
  const graph = product({ a: [64, 64], b: [64, 64] });
  const kernels = (software: boolean) =>
    generate(graph, { ...targetOf(), software }).stages.map(({ dispatch }) => dispatch.kernel);
  expect(kernels(false)).toEqual(['staged matrix product 64x64']);
  expect(kernels(true)).toEqual(['matrix product 8x4']);
});

test('the shader of a product', () => {
  const [stage] = generate(product({ a: [2, 8], b: [8, 4] }), targetOf()).stages;
  expect(stage!.dispatch.code).toMatchInlineSnapshot(`
    "// matMul0
    @group(0) @binding(0) var<storage, read_write> left: array<vec4<f32>>;
    @group(0) @binding(1) var<storage, read_write> right: array<vec4<f32>>;
    @group(0) @binding(2) var<storage, read_write> result: array<f32>;

    fn store(matrix: i32, row: i32, column: i32, sum: f32) {
      result[row * 4 + column] = sum;
    }

    @compute @workgroup_size(64, 1, 1)
    fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(local_invocation_index) local: u32) {
      let unit = i32(id.x) * 64 + i32(local);
      if (unit >= 1) { return; }
      let column = 0;
      let row = 0;
      let matrix = 0;
      var sum0_0 = vec4<f32>();
      var sum1_0 = vec4<f32>();
      var atA = row * 2;
      var atB = column / 4;
      for (var k = 0; k < 8; k += 4) {
        let a0 = left[atA];
        let a1 = left[atA + 2];
        let b0_0 = right[atB];
        let b1_0 = right[atB + 1];
        let b2_0 = right[atB + 2];
        let b3_0 = right[atB + 3];
        sum0_0 += a0.x * b0_0 + a0.y * b1_0 + a0.z * b2_0 + a0.w * b3_0;
        sum1_0 += a1.x * b0_0 + a1.y * b1_0 + a1.z * b2_0 + a1.w * b3_0;
        atA += 1;
        atB += 4;
      }
      store(matrix, row, column, sum0_0.x);
      store(matrix, row, column + 1, sum0_0.y);
      store(matrix, row, column + 2, sum0_0.z);
      store(matrix, row, column + 3, sum0_0.w);
      store(matrix, row + 1, column, sum1_0.x);
      store(matrix, row + 1, column + 1, sum1_0.y);
      store(matrix, row + 1, column + 2, sum1_0.z);
      store(matrix, row + 1, column + 3, sum1_0.w);
    }
    "
  `);
});
