import { tensor } from '@polyphase/ir';
import { describe, expect, it } from 'vitest';
import { add, int, load, mul, reduce, variable } from './build.ts';
import type { Buffer, LoopKernel, LoopVar } from './expr.ts';
import { interpret } from './interpret.ts';
import { printKernel } from './print.ts';
import type { KernelProgram } from './program.ts';

const [x, y] = ['x', 'y'].map((name): Buffer => ({ name, dtype: 'float32', size: 4 })) as [Buffer, Buffer];
const loop: LoopVar = { name: 'i', extent: 4 };
const i = variable(loop);

const programOf = (kernel: Partial<LoopKernel>): KernelProgram => ({
  steps: [
    {
      kind: 'loop',
      kernel: { name: 'layer', loops: [loop], target: y, index: i, value: load(x, i), ...kernel },
      nodes: [],
    },
  ],
  buffers: [x, y],
  inputs: [x],
  outputs: [y],
  constants: new Map(),
  bufferOf: new Map(),
});

const run = (kernel: Partial<LoopKernel>): number[] => [
  ...(interpret(programOf(kernel), [tensor([1, 2, 3, 4], [4])])[0]!.data as Float32Array),
];

describe('interpret', () => {
  it('computes what is shared once for each step of its loops', () => {
    const r: LoopVar = { name: 'r', extent: 3 };
    const element = load(x, i);
    const value = add(mul(element, element), reduce('sum', [r], mul(element, load(x, variable(r)))));
    expect(run({ value })).toEqual([7, 16, 27, 40]);
  });

  it.each<[string, Partial<LoopKernel>]>([
    ['a load', { value: load(x, add(i, int(1))) }],
    ['a store', { index: mul(i, int(2)) }],
  ])('%s outside of a buffer is an error', (_, kernel) => {
    expect(() => run(kernel)).toThrow(/PP4007.*element 4 is outside of the 4 there are/);
  });

  it('prints things of one name apart', () => {
    const [first, second] = [{ ...x }, { ...x }];
    const kernel: LoopKernel = {
      name: 'layer',
      loops: [],
      target: y,
      index: int(0),
      value: add(load(first, int(0)), load(second, int(1))),
    };
    expect(printKernel(kernel)).toBe('once  # layer\n  y[0] = x[0] + x~2[1]');
  });
});
