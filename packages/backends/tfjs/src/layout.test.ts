import {
  add,
  clip,
  concat,
  conv,
  depthToSpace,
  make,
  outputOf,
  reduceMean,
  relu,
  reshape,
  transpose,
  upsample,
} from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { tfjs } from './index.ts';
import { compiled, kernelsOf, modelOf, weight } from './models.testing.ts';

const backend = tfjs({ backend: 'cpu' });
const same = {
  stride: [1, 1],
  dilation: [1, 1],
  pads: [
    [1, 1],
    [1, 1],
  ] as const,
};

const movers = (kernels: readonly string[]): number =>
  kernels.filter((kernel) => kernel === 'transpose').length;

describe('values stay channels last', () => {
  test('from one layer to the next: two transposes a region', async () => {
    const model = modelOf({ x: [1, 4, 6, 6] }, ({ x }) => {
      const first = make(conv, { x: x!, w: weight('w', [8, 4, 3, 3]) }, same, { name: 'first' });
      const active = make(relu, { x: outputOf(first) }, {}, { name: 'active' });
      const second = make(conv, { x: outputOf(active), w: weight('v', [8, 8, 3, 3]) }, same, {
        name: 'second',
      });
      const sum = make(add, { a: outputOf(second), b: outputOf(active) }, {}, { name: 'sum' });
      const scaled = make(add, { a: outputOf(sum), b: weight('shift', [8, 1, 1]) }, {}, { name: 'scaled' });
      const joined = make(
        concat,
        { xs: [outputOf(scaled), outputOf(active)] },
        { axis: 1 },
        { name: 'joined' },
      );
      return [
        first,
        active,
        second,
        sum,
        scaled,
        joined,
        make(depthToSpace, { x: outputOf(joined) }, { blocksize: 2 }, { name: 'y' }),
      ];
    });
    expect(await kernelsOf(await compiled(model, backend))).toEqual([
      'transpose',
      'conv2d',
      'relu',
      'conv2d',
      'add',
      'add',
      'concat',
      'depthToSpace DCR by transposing',
      'transpose',
    ]);
  });

  test('a model that is channels last at its ends transposes nothing', async () => {
    const model = modelOf({ x: [1, 6, 6, 4] }, ({ x }) => {
      const first = make(transpose, { x: x! }, { perm: [0, 3, 1, 2] }, { name: 'in' });
      const inner = make(conv, { x: outputOf(first), w: weight('w', [8, 4, 3, 3]) }, same, { name: 'conv' });
      return [first, inner, make(transpose, { x: outputOf(inner) }, { perm: [0, 2, 3, 1] }, { name: 'y' })];
    });
    expect(await kernelsOf(await compiled(model, backend))).toEqual([
      'transpose, nothing moved',
      'conv2d',
      'transpose, nothing moved',
    ]);
  });

  test('two readers share one transpose', async () => {
    const model = modelOf({ x: [1, 4, 6, 6] }, ({ x }) => {
      const a = make(conv, { x: x!, w: weight('w', [4, 4, 3, 3]) }, same, { name: 'a' });
      const b = make(conv, { x: x!, w: weight('v', [4, 4, 3, 3]) }, same, { name: 'b' });
      return [a, b, make(add, { a: outputOf(a), b: outputOf(b) }, {}, { name: 'y' })];
    });
    expect(movers(await kernelsOf(await compiled(model, backend)))).toBe(2);
  });

  test('a pooled vector needs no transpose: only axes of length 1 move', async () => {
    const model = modelOf({ x: [1, 4, 6, 6] }, ({ x }) => {
      const a = make(conv, { x: x!, w: weight('w', [4, 4, 3, 3]) }, same, { name: 'a' });
      const mean = make(reduceMean, { x: outputOf(a) }, { axes: [2, 3], keepDims: true }, { name: 'mean' });
      return [a, mean, make(reshape, { x: outputOf(mean) }, { shape: [1, 4] }, { name: 'y' })];
    });
    expect(movers(await kernelsOf(await compiled(model, backend)))).toBe(1);
  });
});

describe('reports say what a layer comes to', () => {
  const resized = (kind: 'linear' | 'nearest', map: 'half_pixel' | 'asymmetric', to: number) =>
    modelOf({ x: [1, 4, 6, 6] }, ({ x }) => {
      const axis = (at: number) => ({
        axis: at,
        from: 6,
        to,
        map,
        filter: kind === 'linear' ? ({ kind } as const) : ({ kind, rounding: 'floor' } as const),
        antialias: false,
        border: 'clamp' as const,
        profile: 'onnx' as const,
      });
      return [make(upsample, { x: x! }, { axes: [axis(2), axis(3)] }, { name: 'y' })];
    });

  test.each([
    ['linear', 'half_pixel', 12, 'resizeBilinear'],
    ['nearest', 'asymmetric', 12, 'resizeNearestNeighbor'],
    ['nearest', 'asymmetric', 18, 'gather, 2 taps over 2 axes'],
  ] as const)('%s, %s, 6 to %i: %s', async (kind, map, to, kernel) => {
    expect(await kernelsOf(await compiled(resized(kind, map, to), backend))).toContain(kernel);
  });

  test('groups and dilations with strides', async () => {
    const model = modelOf({ x: [1, 4, 9, 9] }, ({ x }) => {
      const attributes = {
        stride: [2, 2],
        dilation: [2, 2],
        pads: [
          [0, 0],
          [0, 0],
        ] as const,
        groups: 2,
      };
      const a = make(conv, { x: x!, w: weight('w', [4, 2, 3, 3]) }, attributes, { name: 'a' });
      return [a, make(clip, { x: outputOf(a) }, {}, { name: 'y' })];
    });
    expect(await kernelsOf(await compiled(model, backend))).toContain('conv2d ×2 groups at stride 1');
  });
});
