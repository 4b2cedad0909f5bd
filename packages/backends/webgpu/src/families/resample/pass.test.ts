import type { AxisResampling } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { generate } from '../../generate.ts';
import { targetOf } from '../../target.ts';
import { contractionOf, expectDefined, Layers, testGpu } from '../run.testing.ts';
import { resampling } from './family.ts';

type How = Pick<AxisResampling, 'map' | 'filter' | 'antialias' | 'border'>;

const nearest: How = {
  map: 'asymmetric',
  filter: { kind: 'nearest', rounding: 'floor' },
  antialias: false,
  border: 'clamp',
};
const linear: How = { map: 'half_pixel', filter: { kind: 'linear' }, antialias: false, border: 'clamp' };
const area: How = { map: 'half_pixel', filter: { kind: 'area' }, antialias: false, border: 'clamp' };

interface Row {
  readonly x: readonly number[];
  /** By axis: its new length, and how. */
  readonly axes: readonly (readonly [axis: number, to: number, how: How])[];
  readonly tail?: boolean;
}

/** All weights are sums of powers of two, so that the results are exact. */
const rows: Readonly<Record<string, Row>> = {
  'nearest, twice': {
    x: [1, 3, 4, 6],
    axes: [
      [2, 8, nearest],
      [3, 12, nearest],
    ],
  },
  'nearest, to a length that vectors do not divide': {
    x: [2, 2, 3, 5],
    axes: [
      [2, 7, nearest],
      [3, 9, nearest],
    ],
    tail: true,
  },
  'linear, twice': {
    x: [1, 2, 4, 6],
    axes: [
      [2, 8, linear],
      [3, 12, linear],
    ],
    tail: true,
  },
  'linear along rows, vectors along columns': { x: [1, 2, 3, 8], axes: [[2, 6, linear]] },
  'linear along rows of odd length': { x: [1, 2, 3, 5], axes: [[2, 6, linear]], tail: true },
  'down by the mean of many': {
    x: [1, 2, 16, 16],
    axes: [
      [2, 2, area],
      [3, 4, area],
    ],
  },
  'down in one axis, up in another': {
    x: [1, 2, 16, 3],
    axes: [
      [2, 4, area],
      [3, 12, linear],
    ],
  },
  'three axes': {
    x: [1, 2, 2, 3, 4],
    axes: [
      [2, 4, linear],
      [3, 6, nearest],
      [4, 8, linear],
    ],
  },
  channels: { x: [1, 3, 2, 4], axes: [[1, 6, nearest]] },
};

function layer({ x, axes, tail }: Row) {
  const layers = new Layers();
  const y = layers.op('upsample', [layers.input(x)], {
    axes: axes.map(([axis, to, how]) => ({ ...how, axis, from: x[axis]!, to, profile: 'keras' })),
    extrapolation: 0,
  });
  const shape = y.type.shape as readonly number[];
  return layers.graph(tail ? layers.op('add', [y, layers.input(shape.slice(1))]) : y);
}

test.each(Object.entries(rows))('upsample as defined, in one pass and in several: %s', async (_, row) => {
  const { target } = await testGpu();
  const graph = layer(row);
  const { planned, step, context } = contractionOf(graph, target);
  for (const software of [true, false]) {
    const own = { ...context, target: { ...target, software } };
    await expectDefined(graph, planned, resampling.emit(step, own));
  }
});

test('a GPU reads four taps at once, and sums more of them axis by axis', () => {
  const kernels = (row: Row, software: boolean) =>
    generate(layer(row), { ...targetOf(), software }).stages.map(({ dispatch }) => dispatch.kernel);
  const both = rows['linear, twice']!;
  expect(kernels(both, false)).toEqual(['resampling 2x2']);
  expect(kernels(both, true)).toEqual(['resampling 2', 'resampling 2']);
  expect(kernels(rows['down by the mean of many']!, false)).toEqual(['resampling 8', 'resampling 4']);
});

test('the shader of a bilinear resampling', () => {
  const [stage] = generate(layer(rows['linear, twice']!), targetOf()).stages;
  expect(stage!.dispatch.code).toMatchInlineSnapshot(`
    "// upsample0 + add1
    @group(0) @binding(0) var<storage, read_write> source: array<f32>;
    @group(0) @binding(1) var<storage, read> table2: array<i32>;
    @group(0) @binding(2) var<storage, read> table3: array<vec4<i32>>;
    @group(0) @binding(3) var<storage, read_write> x1: array<f32>;
    @group(0) @binding(4) var<storage, read_write> result: array<vec4<f32>>;

    fn finish(sum: f32, i0: i32, i1: i32, i2: i32, i3: i32) -> f32 {
      let at = i1 * 96 + i2 * 12 + i3;
      return sum + x1[at];
    }

    @compute @workgroup_size(64, 1, 1)
    fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(local_invocation_index) local: u32) {
      let unit = i32(id.x) * 64 + i32(local);
      if (unit >= 48) { return; }
      let i0 = unit / 48;
      let i1 = unit / 24 % 2;
      let i2 = unit / 3 % 8;
      let i3 = unit % 3;
      let start = i0 * 48 + i1 * 24;
      var sum = vec4<f32>();
      {
        let row2 = start + table2[i2];
        let weight2 = bitcast<f32>(table2[16 + i2]);
        {
          let columns = table3[i3];
          sum += weight2 * bitcast<vec4<f32>>(table3[6 + i3]) * vec4<f32>(source[row2 + columns.x], source[row2 + columns.y], source[row2 + columns.z], source[row2 + columns.w]);
        }
        {
          let columns = table3[3 + i3];
          sum += weight2 * bitcast<vec4<f32>>(table3[6 + 3 + i3]) * vec4<f32>(source[row2 + columns.x], source[row2 + columns.y], source[row2 + columns.z], source[row2 + columns.w]);
        }
      }
      {
        let row2 = start + table2[8 + i2];
        let weight2 = bitcast<f32>(table2[16 + 8 + i2]);
        {
          let columns = table3[i3];
          sum += weight2 * bitcast<vec4<f32>>(table3[6 + i3]) * vec4<f32>(source[row2 + columns.x], source[row2 + columns.y], source[row2 + columns.z], source[row2 + columns.w]);
        }
        {
          let columns = table3[3 + i3];
          sum += weight2 * bitcast<vec4<f32>>(table3[6 + 3 + i3]) * vec4<f32>(source[row2 + columns.x], source[row2 + columns.y], source[row2 + columns.z], source[row2 + columns.w]);
        }
      }
      result[unit] = vec4<f32>(finish(sum.x, i0, i1, i2, 4 * i3), finish(sum.y, i0, i1, i2, 4 * i3 + 1), finish(sum.z, i0, i1, i2, 4 * i3 + 2), finish(sum.w, i0, i1, i2, 4 * i3 + 3));
    }
    "
  `);
});
