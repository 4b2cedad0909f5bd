import { make, ops, type Value } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { constantOf } from './constants.ts';
import { inFasterForms } from './faster.ts';
import { reform } from './form.ts';
import { run, variable, whole } from './forms.testing.ts';
import { asMatrices } from './matrices.ts';

const cubic = (axis: number, from: number, to: number) =>
  ({
    axis,
    from,
    to,
    map: 'half_pixel',
    filter: { kind: 'cubic', coefficient: -0.5 },
    antialias: false,
    border: 'clamp',
    profile: 'onnx',
  }) as const;

describe('resampling as matrix products', () => {
  test.each([
    ['two axes', [1, 3, 4, 5], [cubic(2, 4, 8), cubic(3, 5, 15)]],
    ['an axis in the middle', [2, 4, 3], [cubic(1, 4, 6)]],
  ] as const)('%s', (_, shape, axes) => {
    const x = variable(shape);
    const node = make(ops.upsample, { x }, { axes }, { name: 'up' });
    const reformed = reform(node, [asMatrices(() => 'Resize')])!;
    expect(reformed.finite).toEqual([x]);
    const inputs = new Map([[x, whole(shape)]]);
    const [expected, actual] = [run([node], inputs), run(reformed.nodes, inputs)];
    expect(actual.shape).toEqual(expected.shape);
    for (const [i, value] of actual.data.entries()) expect(value).toBeCloseTo(expected.data[i]!, 4);
  });

  test('only where it is faster', () => {
    const [x, long] = [variable([1, 1, 8, 8]), variable([1, 1, 300, 300])];
    const linear = (value: Value, from: number) =>
      make(
        ops.upsample,
        { x: value },
        {
          axes: [2, 3].map((axis) => ({
            ...cubic(axis, from, 2 * from),
            filter: { kind: 'linear' } as const,
          })),
        },
        { name: 'up' },
      );
    const form = asMatrices(() => 'Resize');
    expect(reform(linear(x, 8), [form])).toBeDefined();
    expect(reform(linear(long, 300), [form])).toBeUndefined();
  });
});

test('for a file only what holds for all values', () => {
  const x = variable([1, 2, 8, 8]);
  const wide = variable([1, 16, 16, 16]);
  const up = make(ops.upsample, { x }, { axes: [cubic(2, 8, 16), cubic(3, 8, 16)] }, { name: 'up' });
  const w = constantOf(whole([16, 16, 4, 4]), 'w');
  const attributes = {
    stride: [2, 2],
    dilation: [1, 1],
    crop: [
      [1, 1],
      [1, 1],
    ] as const,
    groups: 1,
  };
  const deconv = make(ops.convTranspose, { x: wide, w }, attributes, { name: 'deconv' });
  const outputs = [up, deconv].map(({ name, outputs }) => ({ name, value: outputs[0]! }));
  const graph = inFasterForms({ name: 'net', inputs: [x, wide], outputs, nodes: [up, deconv] });
  expect(graph.nodes.map(({ op }) => op)).toEqual(['upsample', 'conv', 'depthToSpace', 'slice']);
});
