import { type DType, type Graph, torchInterpolate, type Value } from '@polyphase/ir';
import { describe, expect, it } from 'vitest';
import { expectAsDefined, Region } from './graphs.testing.ts';
import { printProgram } from './print.ts';
import type { KernelProgram } from './program.ts';
import { isContraction } from './rows.testing.ts';
import { type ScheduleOptions, schedule, touchedBy } from './schedule.ts';

type Make = (region: Region) => Value | readonly Value[];

function graphOf(make: Make): Graph {
  const region = new Region();
  const made = make(region);
  return region.graph('name' in made ? [made] : made);
}

/** The program of a graph, which has been run against the definitions. */
const programOf = (make: Make, options: ScheduleOptions = {}): KernelProgram =>
  expectAsDefined(graphOf(make), options);
const printed = (make: Make, options: ScheduleOptions = {}): string => printProgram(programOf(make, options));
const whole: ScheduleOptions = { contraction: isContraction };

const window = {
  kernel: [3, 3],
  stride: [2, 2],
  dilation: [1, 1],
  pads: [
    [1, 1],
    [1, 1],
  ],
};
const conv3x3 = {
  stride: [1, 1],
  dilation: [1, 1],
  pads: [
    [1, 1],
    [1, 1],
  ],
  groups: 1,
};
const upsampleBy2 = (r: Region, x: Value, mode: 'nearest' | 'bilinear'): Value => {
  const { axes } = torchInterpolate({ inputShape: x.type.shape, scaleFactor: 2, mode });
  return r.op('upsample', [x], { axes });
};

describe('printed kernels', () => {
  it('pointwise layers are one kernel, its loops joined as far as the bias allows', () => {
    expect(
      printed((r) => r.op('relu', [r.op('add', [r.input([2, 3, 4, 5]), r.input([3, 1, 1])])])),
    ).toMatchInlineSnapshot(`
      "for i0 < 2, i1 < 3, i2 < 20  # add0 + relu1
        relu1[i0 * 60 + i1 * 20 + i2] = max(x0[i0 * 60 + i1 * 20 + i2] + x1[i1], 0)"
    `);
  });

  it('softmax: exponentials are computed once', () => {
    expect(printed((r) => r.op('softmax', [r.input([6, 50])], { axis: 1 }))).toMatchInlineSnapshot(`
      "for i0 < 6  # softmax0
        softmax0.max[i0] = min(max(r0 < 50: x0[i0 * 50 + r0]), 3.4028234663852886e+38)
      for i0 < 6, i1 < 50  # softmax0
        softmax0.exp[i0 * 50 + i1] = exp(x0[i0 * 50 + i1] - softmax0.max[i0])
      for i0 < 6  # softmax0
        softmax0.factor[i0] = 1 / sum(r0 < 50: softmax0.exp[i0 * 50 + r0])
      for i0 < 6, i1 < 50  # softmax0
        softmax0[i0 * 50 + i1] = softmax0.exp[i0 * 50 + i1] * softmax0.factor[i0]"
    `);
  });

  it('a maximum over windows: the interior has no bound checks', () => {
    expect(printed((r) => r.op('maxPool', [r.input([1, 2, 40, 40])], window))).toMatchInlineSnapshot(`
      "for i0 < 2  # maxPool0
        maxPool0.max[i0 * 400] = max(r0 < 3, r1 < 3: select(r0 - 1 >= 0 & r1 - 1 >= 0, x0[i0 * 1600 + max(r0 - 1, 0) * 40 + max(r1 - 1, 0)], -Infinity))
      for i0 < 2, i1 < 19  # maxPool0
        maxPool0.max[i0 * 400 + i1 + 1] = max(r0 < 3, r1 < 3: select(r0 - 1 >= 0, x0[i0 * 1600 + max(r0 - 1, 0) * 40 + i1 * 2 + r1 + 1], -Infinity))
      for i0 < 2, i1 < 19  # maxPool0
        maxPool0.max[i0 * 400 + i1 * 20 + 20] = max(r0 < 3, r1 < 3: select(r1 - 1 >= 0, x0[i0 * 1600 + i1 * 80 + r0 * 40 + max(r1 - 1, 0) + 40], -Infinity))
      for i0 < 2, i1 < 19, i2 < 19  # maxPool0
        maxPool0.max[i0 * 400 + i1 * 20 + i2 + 21] = max(r0 < 3, r1 < 3: x0[i0 * 1600 + i1 * 80 + r0 * 40 + i2 * 2 + r1 + 41])"
    `);
  });

  it('linear upsampling: one stage an axis, phases along the rows', () => {
    expect(printed((r) => upsampleBy2(r, r.input([1, 2, 40, 40]), 'bilinear'))).toMatchInlineSnapshot(`
      "for i0 < 2, i1 < 80  # upsample0
        upsample0.axis3[i1 * 80 + i0] = select(upsample0.firstRead3[i0] <= upsample0.first3[i0] & upsample0.first3[i0] <= upsample0.lastRead3[i0], upsample0.weights3[i0] * x0[i1 * 40 + upsample0.first3[i0]], 0) + select(upsample0.firstRead3[i0] <= upsample0.first3[i0] + 1 & upsample0.first3[i0] + 1 <= upsample0.lastRead3[i0], upsample0.weights3[i0 + 80] * x0[i1 * 40 + upsample0.first3[i0] + 1], 0)
      for i0 < 80, i1 < 2, i2 < 38  # upsample0
        upsample0.axis3[i0 * 80 + i2 * 2 + i1 + 2] = upsample0.phases3[i1] * x0[i0 * 40 + i2 + (i1 + 1) / 2] + upsample0.phases3[i1 + 2] * x0[i0 * 40 + i2 + (i1 + 1) / 2 + 1]
      for i0 < 2, i1 < 80  # upsample0
        upsample0.axis3[i1 * 80 + i0 + 78] = select(upsample0.firstRead3[i0 + 78] <= upsample0.first3[i0 + 78] & upsample0.first3[i0 + 78] <= upsample0.lastRead3[i0 + 78], upsample0.weights3[i0 + 78] * x0[i1 * 40 + upsample0.first3[i0 + 78]], 0) + select(upsample0.firstRead3[i0 + 78] <= upsample0.first3[i0 + 78] + 1 & upsample0.first3[i0 + 78] + 1 <= upsample0.lastRead3[i0 + 78], upsample0.weights3[i0 + 158] * x0[i1 * 40 + upsample0.first3[i0 + 78] + 1], 0)
      for i0 < 2, i1 < 80, i2 < 80  # upsample0
        upsample0[i0 * 6400 + i1 * 80 + i2] = select(upsample0.firstRead2[i1] <= upsample0.first2[i1] & upsample0.first2[i1] <= upsample0.lastRead2[i1], upsample0.weights2[i1] * upsample0.axis3[i0 * 3200 + upsample0.first2[i1] * 80 + i2], 0) + select(upsample0.firstRead2[i1] <= upsample0.first2[i1] + 1 & upsample0.first2[i1] + 1 <= upsample0.lastRead2[i1], upsample0.weights2[i1 + 80] * upsample0.axis3[i0 * 3200 + upsample0.first2[i1] * 80 + i2 + 80], 0)"
    `);
  });

  it('nearest upsampling: a copy for each phase', () => {
    expect(printed((r) => upsampleBy2(r, r.input([1, 2, 40, 40]), 'nearest'))).toMatchInlineSnapshot(`
      "for i0 < 80, i1 < 2, i2 < 2, i3 < 40  # upsample0
        upsample0[i0 * 160 + i1 * 80 + i3 * 2 + i2] = x0[i0 * 40 + i3]"
    `);
  });

  it('depth to space: strided, without quotients', () => {
    expect(
      printed((r) => r.op('depthToSpace', [r.input([1, 8, 20, 20])], { blocksize: 2, mode: 'DCR' })),
    ).toMatchInlineSnapshot(`
      "for i0 < 40, i1 < 2, i2 < 2, i3 < 20  # depthToSpace0
        depthToSpace0.shuffled[i0 * 80 + i1 * 40 + i3 * 2 + i2] = x0[i1 * 1600 + i2 * 800 + i0 * 20 + i3]"
    `);
  });

  it('a scatter: a fill, then updates in order', () => {
    expect(
      printed((r) =>
        r.op(
          'scatterElements',
          [
            r.input([4, 6]),
            r.constant([2, 6], [0, 1, 2, 3, 0, 1, -1, -2, 2, 3, 1, 0], 'int64'),
            r.input([2, 6]),
          ],
          { axis: 0, reduction: 'add' },
        ),
      ),
    ).toMatchInlineSnapshot(`
      "for i0 < 24  # scatterElements0
        scatterElements0[i0] = x0[i0]
      for i0 < 2, i1 < 6  # scatterElements0
        scatterElements0[min(max(select(i32(c[i0 * 6 + i1]) < 0, i32(c[i0 * 6 + i1]) + 4, i32(c[i0 * 6 + i1])), 0), 3) * 6 + i1] sum= x1[i0 * 6 + i1]"
    `);
  });

  it('the residual and the activation of a convolution are its epilogue', () => {
    expect(
      printed((r) => {
        const sum = r.op('conv', [r.input([1, 4, 6, 6]), r.input([5, 4, 3, 3]), r.input([5])], conv3x3);
        return r.op('relu', [r.op('add', [r.op('mul', [sum, r.input([5, 1, 1])]), r.input([1, 5, 6, 6])])]);
      }, whole),
    ).toMatchInlineSnapshot(`
      "relu3 = conv(x0, x1, x2)  # conv0
        for i0 < 1, i1 < 5, i2 < 6, i3 < 6
        max(sum * x3[i1] + x4[i1 * 36 + i2 * 6 + i3], 0)"
    `);
  });

  it('normalisation: two passes for the moments, one for the elements', () => {
    expect(
      printed((r) =>
        r.op('relu', [r.op('instanceNormalization', [r.input([2, 3, 8, 8]), r.input([3]), r.input([3])])]),
      ),
    ).toMatchInlineSnapshot(`
      "for i0 < 6  # instanceNormalization0
        instanceNormalization0.mean[i0] = sum(r0 < 64: x0[i0 * 64 + r0]) / 64
      for i0 < 2, i1 < 3  # instanceNormalization0
        instanceNormalization0.factor[i0 * 3 + i1] = 1 / sqrt(sum(r0 < 64: (x0[i0 * 192 + i1 * 64 + r0] - instanceNormalization0.mean[i0 * 3 + i1]) * (x0[i0 * 192 + i1 * 64 + r0] - instanceNormalization0.mean[i0 * 3 + i1])) / 64 + 0.00001) * x1[i1]
      for i0 < 2, i1 < 3, i2 < 64  # instanceNormalization0 + relu1
        relu1[i0 * 192 + i1 * 64 + i2] = max((x0[i0 * 192 + i1 * 64 + i2] - instanceNormalization0.mean[i0 * 3 + i1]) * instanceNormalization0.factor[i0 * 3 + i1] + x2[i1], 0)"
    `);
  });
});

const steps = (make: Make, options: ScheduleOptions = {}): string[] =>
  programOf(make, options).steps.map((step) => step.nodes.map(({ op }) => op).join('+'));

describe('what is stored', () => {
  const x = (r: Region, ...shape: number[]) => r.input(shape);
  const matMul = (r: Region, a: Value, n: number): Value =>
    r.op('matMul', [a, r.input([a.type.shape.at(-1) as number, n])]);

  it.each<[string, Make, readonly string[]]>([
    [
      'a reshape vanishes',
      (r) => r.op('relu', [r.op('reshape', [r.op('neg', [x(r, 4, 6)])], { shape: [3, 8] })]),
      ['neg+relu'],
    ],
    [
      'cheap layers are computed for each reader',
      (r) => {
        const sum = r.op('add', [x(r, 100), x(r, 1)]);
        return [r.op('relu', [sum]), r.op('neg', [sum])];
      },
      ['add+relu', 'add+neg'],
    ],
    [
      'dear layers are stored for several readers',
      (r) => {
        const e = r.op('exp', [x(r, 100)]);
        return [r.op('relu', [e]), r.op('neg', [e])];
      },
      ['exp', 'relu', 'neg'],
    ],
    [
      'what meets again is computed once',
      (r) => {
        const e = r.op('exp', [x(r, 100)]);
        return r.op('mul', [r.op('neg', [e]), r.op('add', [e, e])]);
      },
      ['exp+neg+add+mul'],
    ],
    [
      'a window does not repeat work',
      (r) => r.op('maxPool', [r.op('sigmoid', [x(r, 1, 1, 9, 9)])], { ...window, stride: [1, 1] }),
      ['sigmoid', 'maxPool'],
    ],
    [
      'a reduction takes its producer in',
      (r) => r.op('reduceSum', [r.op('mul', [x(r, 5, 70), x(r, 5, 70)])], { axes: [1], keepDims: false }),
      ['mul+reduceSum'],
    ],
    [
      'the value after a reduction',
      (r) => r.op('sqrt', [r.op('reduceMean', [x(r, 5, 70)], { axes: [1], keepDims: true })]),
      ['reduceMean+sqrt'],
    ],
    [
      'a reduction that is repeated is stored',
      (r) => {
        const a = x(r, 5, 70);
        return r.op('sub', [a, r.op('reduceMean', [a], { axes: [1], keepDims: true })]);
      },
      ['reduceMean', 'sub'],
    ],
    [
      'an output is stored although it has one reader',
      (r) => {
        const a = r.op('neg', [x(r, 40)]);
        return [a, r.op('relu', [a])];
      },
      ['neg', 'relu'],
    ],
    [
      'dead layers vanish',
      (r) => {
        r.op('exp', [x(r, 5)]);
        return r.op('neg', [x(r, 5)]);
      },
      ['neg'],
    ],
    [
      'an unused output vanishes',
      (r) =>
        r.op('maxPool', [x(r, 1, 1, 8, 8)], {
          ...window,
          pads: [
            [0, 0],
            [0, 0],
          ],
        }),
      ['maxPool'],
    ],
    [
      'concatenated parts are written in place',
      (r) => r.op('concat', [r.op('exp', [x(r, 2, 300)]), r.op('neg', [x(r, 2, 300)])], { axis: 1 }),
      ['exp+neg+concat', 'exp+neg+concat'],
    ],
    [
      'constants alone are computed while compiling',
      (r) => r.op('mul', [x(r, 4), r.op('exp', [r.constant([4], [1, 2, 3, 4])])]),
      ['mul'],
    ],
    [
      'an empty tensor takes no step',
      (r) => [r.op('relu', [x(r, 0, 3)]), r.op('reduceSum', [x(r, 0, 3)], { axes: [0], keepDims: true })],
      ['reduceSum'],
    ],
  ])('%s', (_, make, expected) => expect(steps(make)).toEqual(expected));

  it.each<[string, Make, readonly string[]]>([
    [
      'an epilogue through a reshape of unit axes',
      (r) => r.op('relu', [r.op('reshape', [matMul(r, x(r, 6, 5), 7)], { shape: [6, 7, 1] })]),
      ['matMul+relu'],
    ],
    [
      'no epilogue where the sum is read twice',
      (r) => {
        const sum = matMul(r, x(r, 6, 5), 7);
        return [r.op('relu', [sum]), r.op('reduceSum', [sum], { axes: [0], keepDims: true })];
      },
      ['matMul', 'relu', 'reduceSum'],
    ],
    [
      'no epilogue at another index',
      (r) => r.op('transpose', [matMul(r, x(r, 6, 5), 7)], { perm: [1, 0] }),
      ['matMul', 'transpose'],
    ],
    [
      'no epilogue of another type',
      (r) => r.op('cast', [matMul(r, x(r, 6, 5), 7)], { to: 'float16' }),
      ['matMul', 'cast'],
    ],
    [
      'of two contractions that are added the later one takes the sum',
      (r) => r.op('add', [matMul(r, x(r, 6, 5), 7), matMul(r, x(r, 6, 5), 7)]),
      ['matMul', 'matMul+add'],
    ],
    [
      'the tail of a contraction is stored for several readers',
      (r) => {
        const y = r.op('mul', [r.op('add', [matMul(r, x(r, 6, 5), 7), x(r, 7)]), x(r, 7)]);
        return [
          r.op('reduceSum', [y], { axes: [0], keepDims: true }),
          r.op('reduceMax', [y], { axes: [1], keepDims: true }),
        ];
      },
      ['matMul+add+mul', 'reduceSum', 'reduceMax'],
    ],
    [
      'a gate made of its own sum',
      (r) => {
        const sum = matMul(r, x(r, 6, 5), 7);
        return r.op('mul', [
          sum,
          r.op('sigmoid', [r.op('reduceMean', [sum], { axes: [0], keepDims: true })]),
        ]);
      },
      ['matMul', 'reduceMean+sigmoid', 'mul'],
    ],
    [
      'operands of contractions are stored',
      (r) => matMul(r, r.op('relu', [x(r, 6, 5)]), 7),
      ['relu', 'matMul'],
    ],
    ['a contraction of nothing is no contraction', (r) => matMul(r, x(r, 6, 0), 7), ['matMul']],
  ])('%s', (_, make, expected) => expect(steps(make, whole)).toEqual(expected));
});

describe('programs', { timeout: 60_000 }, () => {
  it('outputs may be inputs, constants, and one another', () => {
    const region = new Region();
    const x = region.input([2, 3]);
    const known = region.constant([2], [4, 5]);
    const flat = region.op('reshape', [x], { shape: [6] });
    const y = region.op('neg', [x]);
    const program = expectAsDefined(region.graph([x, flat, known, y, y]));
    expect(program.outputs[0]).toBe(program.inputs[0]);
    expect(program.outputs[1]).toBe(program.inputs[0]);
    expect(program.constants.has(program.outputs[2]!)).toBe(true);
    expect(program.outputs[3]).toBe(program.outputs[4]);
    expect([program.bufferOf.get(y), program.bufferOf.get(flat)]).toEqual([
      program.outputs[3],
      program.inputs[0],
    ]);
  });

  it('kernels stay within limits', () => {
    const make: Make = (r) =>
      Array.from({ length: 12 }).reduce<Value>((sum) => r.op('add', [sum, r.input([50])]), r.input([50]));
    const counts = programOf(make, { limits: { tensors: 4 } }).steps.map((step) => step.nodes.length);
    expect(counts).toEqual([3, 3, 3, 3]);
    const long: Make = (r) =>
      Array.from({ length: 30 }).reduce<Value>(
        (value) => r.op('abs', [r.op('tanh', [value])]),
        r.input([50]),
      );
    const lengths = programOf(long, { limits: { operations: 21 } }).steps.map((step) => step.nodes.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(21);
  });

  it('without borders a kernel is cut only where it reads too many tensors', () => {
    const pooled: Make = (r) => r.op('averagePool', [r.input([1, 8, 20, 20])], window);
    const kernels = [true, false].map((borders) => programOf(pooled, { borders }).steps.length);
    expect(kernels[0]).toBeGreaterThan(1);
    expect(kernels[1]).toBe(1);
    const joined: Make = (r) =>
      r.op(
        'concat',
        Array.from({ length: 6 }, () => r.op('relu', [r.input([1, 5])])),
        { axis: 1 },
      );
    const { steps } = programOf(joined, { borders: false, limits: { tensors: 4 } });
    for (const step of steps) expect(touchedBy(step).length).toBeLessThanOrEqual(5);
  });

  it('the operands of a contraction count among the tensors of its tail', () => {
    const make: Make = (r) => {
      let x = r.op('conv', [r.input([1, 4, 8, 8]), r.input([4, 4, 3, 3]), r.input([4])], conv3x3);
      for (let i = 0; i < 6; i++) x = r.op('add', [x, r.input([1, 4, 8, 8])]);
      return x;
    };
    for (const tensors of [4, 5, 8]) {
      const { steps } = programOf(make, { ...whole, limits: { tensors } });
      for (const step of steps) expect(touchedBy(step).length).toBeLessThanOrEqual(tensors + 1);
    }
  });

  it.each<DType>(['float16', 'uint8', 'int64', 'bool'])('concatenates %s', (dtype) => {
    programOf((r) => r.op('concat', [r.input([2, 300], dtype), r.input([2, 400], dtype)], { axis: 1 }));
  });

  it('a thousand layers and more', () => {
    const make: Make = (r) => {
      let x = r.input([1, 4, 8, 8]);
      for (let i = 0; i < 250; i++) {
        const sum = r.op('conv', [x, r.input([4, 4, 3, 3])], conv3x3);
        x = r.op('add', [x, r.op('mul', [sum, r.op('sigmoid', [sum])])]);
      }
      return x;
    };
    const program = schedule(graphOf(make), whole);
    expect(program.steps.map(({ nodes }) => nodes.length)).toEqual(Array.from({ length: 250 }, () => 4));
  });

  it('a chain of pointwise layers without end', () => {
    const make: Make = (r) =>
      Array.from({ length: 2000 }).reduce<Value>(
        (value) => r.op('neg', [r.op('relu', [value])]),
        r.input([100]),
      );
    expect(schedule(graphOf(make)).steps.length).toBeLessThanOrEqual(40);
  });
});
