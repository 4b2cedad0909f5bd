import { fromNumbers, make, type Node, ops, outputOf, sizeOf, type Value } from '@polyphase/ir';
import { parseOnnx } from '@polyphase/onnx';
import { describe, expect, test } from 'vitest';
import { constantOf } from './forms/constants.ts';
import { restate, writeModel } from './model.ts';
import { providers } from './providers/index.ts';
import { graphOf } from './providers/written.ts';

const halves = (shape: readonly number[]): Value =>
  constantOf(fromNumbers('float16', shape, new Float64Array(sizeOf(shape)).fill(0.5)), 'w');

/** A decoder of float16: transposed convolution, convolution, linear upsampling, sum, sigmoid. */
function decoder(): readonly Node[] {
  const x: Value = { name: 'x', type: { dtype: 'float16', shape: [1, 4, 8, 8] } };
  const one = [1, 1];
  const up = make(
    ops.convTranspose,
    { x, w: halves([4, 4, 2, 2]), bias: halves([4]) },
    {
      stride: [2, 2],
      dilation: one,
      crop: [
        [0, 0],
        [0, 0],
      ],
      groups: 1,
    },
    { name: 'up' },
  );
  const conv = make(
    ops.conv,
    { x, w: halves([4, 4, 3, 3]) },
    {
      stride: one,
      dilation: one,
      pads: [
        [1, 1],
        [1, 1],
      ],
      groups: 1,
    },
    { name: 'conv' },
  );
  const axes = [2, 3].map((axis) => ({
    axis,
    from: 8,
    to: 16,
    map: 'half_pixel' as const,
    filter: { kind: 'linear' as const },
    antialias: false,
    border: 'clamp' as const,
    profile: 'onnx' as const,
  }));
  const wide = make(ops.upsample, { x: outputOf(conv) }, { axes }, { name: 'wide' });
  const sum = make(ops.add, { a: outputOf(up), b: outputOf(wide) }, {}, { name: 'sum' });
  return [up, conv, wide, sum, make(ops.sigmoid, { x: outputOf(sum) }, {}, { name: 'mask' })];
}

describe('a model of float16 stays one', () => {
  test.each(['cuda', 'tensorrt', 'dml', 'coreml'] as const)('on %s', (name) => {
    const { bytes } = writeModel(restate(graphOf(...decoder()), () => undefined).graph, providers[name]);
    const { nodes } = parseOnnx(bytes).graph();
    expect(nodes.map(({ op }) => op)).toEqual(['convTranspose', 'conv', 'upsample', 'add', 'sigmoid']);
    const values = nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
    expect(new Set(values.map((value) => value?.type.dtype ?? 'float16'))).toEqual(new Set(['float16']));
  });
});
