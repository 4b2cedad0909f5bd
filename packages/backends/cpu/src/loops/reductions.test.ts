import { type OpName, tensor, toNumbers } from '@polyphase/ir';
import { expect, test } from 'vitest';
import { compileGraph, define, expectAsDefined, modes, Region, samples } from '../graphs.testing.ts';

const reductions = ['reduceSum', 'reduceMean', 'reduceMax', 'reduceMin', 'reduceL2'] as const;

function reduced(op: OpName, shape: readonly number[], axes: readonly number[], dtype?: 'int32') {
  const region = new Region();
  return region.graph(region.op(op, [region.input(shape, dtype)], { axes, keepDims: false }));
}

test.each(reductions)('%s of rows of any length: in parts side by side, and what is left', async (op) => {
  for (const length of [15, 63, 64, 65, 131, 260])
    for (const relaxed of modes) {
      await expectAsDefined(reduced(op, [3, length], [1]), [samples([3, length])], relaxed);
      await expectAsDefined(reduced(op, [3, 2, length], [1, 2]), [samples([3, 2, length])], relaxed);
      await expectAsDefined(reduced(op, [length, 5], [0]), [samples([length, 5])], relaxed);
    }
});

test.each(['reduceSum', 'reduceMax', 'reduceMin'] as const)('%s of integers', async (op) => {
  await expectAsDefined(reduced(op, [3, 131], [1], 'int32'), [samples([3, 131], 'int32')]);
});

test.each(['reduceMax', 'reduceMin'] as const)(
  '%s is NaN where one is, whatever its sign and place',
  async (op) => {
    const places = [0, 3, 17, 40, 64, 69];
    for (const bits of [0x7fc00000, 0xffc00000]) {
      const data = toNumbers(samples([places.length + 1, 70]));
      const x = tensor(data, [places.length + 1, 70], 'float32');
      const { buffer, byteOffset, length } = x.data as Float32Array;
      const words = new Uint32Array(buffer, byteOffset, length);
      for (const [row, place] of places.entries()) words[row * 70 + place] = bits;
      const graph = reduced(op, x.shape, [1]);
      const [actual] = await (await compileGraph(graph)).run([x]);
      const wanted = define(graph, [x]).get(graph.outputs[0]!.value)!.data;
      expect([...toNumbers(actual!)]).toEqual([...wanted]);
      expect([...wanted].filter(Number.isNaN)).toHaveLength(places.length);
    }
  },
);
