import {
  type DType,
  dtypes,
  type OpName,
  PolyphaseError,
  type Tensor,
  tensor,
  torchInterpolate,
} from '@polyphase/ir';
import { expect, test } from 'vitest';
import { expectAsDefined, Region, samples } from './graphs.testing.ts';

/** An operand: a shape of samples in the type that is tried, or its own type and elements. */
type Operand =
  | readonly number[]
  | { shape: readonly number[]; dtype?: DType; data?: readonly number[] }
  | undefined;

interface Row {
  readonly inputs: readonly Operand[];
  readonly attributes?: object;
}

const row = (inputs: readonly Operand[], attributes: object = {}): Row => ({ inputs, attributes });
const int64 = (shape: readonly number[], data: readonly number[]): Operand => ({
  shape,
  dtype: 'int64',
  data,
});
const bool = (shape: readonly number[]): Operand => ({ shape, dtype: 'bool' });

/** Lengths that leave lanes over, and one vector; one element. */
const unary: readonly Row[] = [row([[3, 5]]), row([[16]]), row([[]])];
const unaryWith = (attributes: object): readonly Row[] => [row([[3, 5]], attributes)];
const binary: readonly Row[] = [
  row([[3, 7], [7]]),
  row([
    [2, 1, 5],
    [4, 1],
  ]),
  row([[13], []]),
];
const binaryWith = (attributes: object): readonly Row[] => [row([[3, 7], [7]], attributes)];
const reduce: readonly Row[] = [
  row([[3, 5]], { axes: [1], keepDims: true }),
  row([[2, 3, 7]], { axes: [0, 2], keepDims: false }),
  row([[5, 9]], { axes: [0], keepDims: false }),
  row([[2, 3]], { axes: [], keepDims: true }),
];
const along = (axis: object): readonly Row[] => [row([[2, 3, 7]], axis)];
const arg: readonly Row[] = [
  row([[3, 21]], { axis: 1, keepDims: true, selectLastIndex: false }),
  row([[5, 9]], { axis: 0, keepDims: false, selectLastIndex: true }),
];
const window = {
  kernel: [3, 2],
  stride: [2, 1],
  dilation: [1, 1],
  pads: [
    [1, 1],
    [0, 1],
  ],
  ceil: true,
};
const pool = (attributes: object): readonly Row[] => [
  row([[1, 2, 7, 9]], { ...window, ...attributes }),
  row([[2, 1, 11]], { ...window, kernel: [3], stride: [3], dilation: [2], pads: [[2, 0]], ...attributes }),
];
const scan: readonly Row[] = [
  row([[3, 7]], { axis: 1, exclusive: false, reverse: false }),
  row([[5, 6]], { axis: 0, exclusive: true, reverse: true }),
];
const upsample = (mode: 'nearest' | 'bilinear' | 'bicubic', size: readonly number[]): Row => {
  const shape = [1, 2, 5, 6];
  return row([shape], torchInterpolate({ inputShape: shape, mode, size }));
};

const rows: Record<OpName, readonly Row[]> = {
  conv: [
    row([[1, 4, 6, 9], [6, 2, 3, 2], [6]], {
      stride: [2, 1],
      dilation: [1, 2],
      pads: [
        [1, 0],
        [2, 1],
      ],
      groups: 2,
    }),
  ],
  convTranspose: [
    row([[1, 4, 3, 5], [4, 3, 3, 2], [6]], {
      stride: [2, 3],
      dilation: [1, 2],
      crop: [
        [1, 0],
        [0, -1],
      ],
      groups: 2,
    }),
  ],
  matMul: [
    row([
      [2, 3, 5],
      [5, 7],
    ]),
    row([[5], [5, 6]]),
    row([[3, 5], [5]]),
    row([
      [4, 1, 2, 3],
      [2, 3, 5],
    ]),
  ],
  maxPool: pool({ storageOrder: 0 }),
  averagePool: pool({ countIncludePad: false }),
  lpPool: pool({ p: 2 }),
  maxUnpool: [row([[1, 1, 2, 2], int64([1, 1, 2, 2], [5, 7, 13, 15])], { shape: [1, 1, 4, 4] })],
  depthToSpace: [
    row([[1, 8, 3, 5]], { blocksize: 2, mode: 'DCR' }),
    row([[1, 8, 2, 3]], { blocksize: 2, mode: 'CRD' }),
  ],
  spaceToDepth: [row([[1, 3, 4, 6]], { blocksize: 2 })],
  upsample: [upsample('nearest', [10, 13]), upsample('bilinear', [7, 12]), upsample('bicubic', [11, 4])],
  batchNormalization: [row([[2, 3, 5], [3], [3], [3], { shape: [3], data: [1, 2, 0.5] }], { epsilon: 1e-3 })],
  instanceNormalization: [row([[2, 3, 5, 3], [3], [3]], { epsilon: 1e-3 })],
  groupNormalization: [row([[2, 6, 7], [6], [6]], { epsilon: 1e-3, groups: 3 })],
  layerNormalization: [row([[2, 3, 7], [7], [7]], { axis: 2, epsilon: 1e-3 })],
  rmsNormalization: [
    row(
      [
        [2, 3, 7],
        [3, 7],
      ],
      { axis: 1, epsilon: 1e-3 },
    ),
  ],
  lrn: [row([[1, 7, 3, 5]], { size: 3, alpha: 0.1, beta: 0.75, bias: 1 })],
  lpNormalization: [row([[3, 9]], { axis: 1, p: 2 }), row([[9, 3]], { axis: 0, p: 1 })],
  reduceSum: reduce,
  reduceMean: reduce,
  reduceMax: reduce,
  reduceMin: reduce,
  reduceProd: reduce,
  reduceL1: reduce,
  reduceL2: reduce,
  reduceLogSum: [
    row([{ shape: [3, 5], dtype: 'float32', data: Array.from({ length: 15 }, (_, i) => i + 1) }], {
      axes: [1],
      keepDims: true,
    }),
  ],
  reduceLogSumExp: reduce,
  reduceSumSquare: reduce,
  argMax: arg,
  argMin: arg,
  softmax: [...along({ axis: 2 }), ...along({ axis: 1 })],
  logSoftmax: along({ axis: 2 }),
  hardmax: along({ axis: 1 }),
  relu: unary,
  sigmoid: unary,
  tanh: unary,
  exp: unary,
  log: unary,
  sqrt: unary,
  erf: unary,
  sin: unary,
  cos: unary,
  tan: unary,
  asin: unary,
  acos: unary,
  atan: unary,
  sinh: unary,
  cosh: unary,
  asinh: unary,
  acosh: unary,
  atanh: unary,
  softplus: unary,
  softsign: unary,
  mish: unary,
  hardSwish: unary,
  reciprocal: unary,
  neg: unary,
  abs: unary,
  sign: unary,
  floor: unary,
  ceil: unary,
  round: unary,
  identity: unary,
  not: unary,
  bitNot: unary,
  isNaN: unary,
  isInf: unaryWith({ positive: true, negative: true }),
  leakyRelu: unaryWith({ alpha: 0.1 }),
  elu: unaryWith({ alpha: 1.5 }),
  celu: unaryWith({ alpha: 1.5 }),
  selu: unaryWith({ alpha: 1.5, gamma: 1.1 }),
  hardSigmoid: unaryWith({ alpha: 0.2, beta: 0.5 }),
  thresholdedRelu: unaryWith({ alpha: 0.7 }),
  shrink: unaryWith({ bias: 0.2, lambd: 0.5 }),
  gelu: [...unaryWith({ approximate: 'none' }), ...unaryWith({ approximate: 'tanh' })],
  swish: unaryWith({ alpha: 1.2 }),
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  pow: [row([[3, 7], { shape: [7], data: [0, 1, 2, 3, 1, 2, 0] }]), row([[5], { shape: [], data: [2] }])],
  mod: [...binaryWith({ fmod: false }), ...binaryWith({ fmod: true })],
  min: binary,
  max: binary,
  prelu: binary,
  and: binary,
  or: binary,
  xor: binary,
  bitAnd: binary,
  bitOr: binary,
  bitXor: binary,
  shiftLeft: [row([[3, 7], { shape: [7], data: [0, 1, 2, 3, 4, 5, 6] }])],
  shiftRight: [row([[3, 7], { shape: [7], data: [0, 1, 2, 3, 4, 5, 6] }])],
  equal: binary,
  less: binary,
  lessOrEqual: binary,
  greater: binary,
  greaterOrEqual: binary,
  where: [row([bool([3, 1]), [3, 5], [5]])],
  clip: [
    row([[3, 5], { shape: [], data: [1] }, { shape: [], data: [2] }]),
    row([[7], undefined, { shape: [], data: [1] }]),
  ],
  cast: (Object.keys(dtypes) as DType[]).map((to) => row([[3, 7]], { to })),
  reshape: [row([[3, 5]], { shape: [5, 3] })],
  transpose: [row([[2, 3, 5]], { perm: [2, 0, 1] }), row([[4, 3]], { perm: [1, 0] })],
  expand: [row([[3, 1]], { shape: [2, 3, 5] })],
  concat: [
    row(
      [
        [2, 3],
        [2, 4],
        [2, 1],
      ],
      { axis: 1 },
    ),
  ],
  split: [row([[2, 7]], { axis: 1, lengths: [3, 0, 4] })],
  slice: [row([[5, 9]], { start: [4, 1], step: [-2, 3], length: [3, 3] })],
  pad: (['constant', 'reflect', 'edge', 'wrap'] as const).map((mode) =>
    row([[4, 5]], {
      pads: [
        [2, -1],
        [1, 3],
      ],
      mode,
    }),
  ),
  tile: [row([[2, 3]], { repeats: [2, 3] })],
  gather: [
    row([[5, 3], int64([2, 2], [4, -5, 0, 2])], { axis: 0 }),
    row([[3, 5], int64([3], [-1, 0, 2])], { axis: 1 }),
  ],
  gatherElements: [row([[3, 4], int64([2, 4], [0, 2, 1, -1, -3, 0, 0, 1])], { axis: 0 })],
  gatherND: [row([[3, 4, 2], int64([2, 2], [0, 3, -1, -4])], { batchDims: 0 })],
  scatterElements: (['none', 'add', 'mul', 'max', 'min'] as const).map((reduction) =>
    row([[3, 5], int64([2, 5], [0, 1, 2, -1, 0, 2, 1, 0, 0, 1]), [2, 5]], { axis: 0, reduction }),
  ),
  scatterND: (['none', 'add', 'mul', 'max', 'min'] as const).map((reduction) =>
    row([[4, 5], int64([3, 1], [1, -1, 1]), [3, 5]], { reduction }),
  ),
  oneHot: [row([int64([2, 3], [0, -1, 3, 2, 5, 1]), [2]], { axis: 1, depth: 4 })],
  trilu: [row([[3, 5]], { upper: true, k: 1 }), row([[2, 4, 4]], { upper: false, k: -1 })],
  cumSum: scan,
  cumProd: scan,
};

const isRefused = (error: unknown): boolean =>
  error instanceof PolyphaseError && error.code.startsWith('PP2');

function tensorOf(operand: NonNullable<Operand>, dtype: DType, seed: number): Tensor {
  if (!('shape' in operand)) return samples(operand, dtype, seed);
  const own = operand.dtype ?? dtype;
  return operand.data ? tensor([...operand.data], operand.shape, own) : samples(operand.shape, own, seed);
}

/** Runs a row in one type; false when the layer does not take the type. */
async function runRow(op: OpName, { inputs, attributes }: Row, dtype: DType): Promise<boolean> {
  const region = new Region();
  const tensors = inputs.map((operand, i) => operand && tensorOf(operand, dtype, i + 1));
  const values = tensors.map((each) => each && region.input(each.shape, each.dtype));
  try {
    region.all(op, values, attributes);
  } catch (error) {
    if (isRefused(error)) return false;
    throw error;
  }
  const { outputs } = region.last;
  await expectAsDefined(
    region.graph(...outputs),
    tensors.filter((each) => each !== undefined),
  );
  return true;
}

test.each(Object.keys(rows) as OpName[])('%s', async (op) => {
  let ran = 0;
  for (const each of rows[op])
    for (const dtype of Object.keys(dtypes) as DType[]) if (await runRow(op, each, dtype)) ran++;
  expect(ran).toBeGreaterThan(0);
});
