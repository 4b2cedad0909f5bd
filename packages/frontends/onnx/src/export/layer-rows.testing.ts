import { type AxisResampling, type DType, dtypes, isFloat, isInteger, type OpName } from '@polyphase/ir';
import type { LayerRow, OperandRow } from './rows.testing.ts';

/** Operands and attributes of layers of one operation. */
type Rows = readonly (readonly [operands: LayerRow[1], attributes?: object])[];

const every = Object.keys(dtypes) as DType[];
const numbers = every.filter((dtype) => dtype !== 'bool');
const floats = every.filter(isFloat);
const integers = every.filter(isInteger);

const over = (types: readonly DType[], row: (dtype: DType) => Rows[number]): Rows => types.map(row);

const unary = (types: readonly DType[], attributes = {}): Rows =>
  over(types, (dtype) => [[`${dtype}[2, 3]`], attributes]);

const within = (types: readonly DType[], ...elements: number[]): Rows =>
  over(types, (dtype) => [[{ type: `${dtype}[${elements.length}]`, elements }]]);

const binary = (types: readonly DType[], attributes = {}): Rows =>
  over(types, (dtype) => [[`${dtype}[2, 1, 3]`, `${dtype}[4, 1]`], attributes]);

const nonzero = (types: readonly DType[], attributes = {}): Rows =>
  over(types, (dtype) => {
    const a = isFloat(dtype)
      ? [3.5, -3.5, 5, -7.25]
      : dtypes[dtype].kind === 'uint'
        ? [3, 7, 8, 5]
        : [3, -7, 8, -5];
    const b = dtypes[dtype].kind === 'uint' ? [2, 3] : [2, -3];
    return [
      [
        { type: `${dtype}[4, 1]`, elements: a },
        { type: `${dtype}[2]`, elements: b },
      ],
      attributes,
    ];
  });

/** Not of negative int64, whose bits are no number that float64 holds. */
const shifted = (dtype: DType): OperandRow => ({
  type: `${dtype}[3, 1]`,
  elements: dtypes[dtype].kind === 'uint' || dtype === 'int64' ? [1, 5, 100] : [1, -5, 100],
});

const shifts = (types: readonly DType[]): Rows =>
  types.flatMap((dtype) => {
    const bits = 8 * dtypes[dtype].bytes;
    return [
      [[shifted(dtype), { type: `${dtype}[4]`, elements: [0, 1, 3, bits] }]] as const,
      [[shifted(dtype), { type: `${dtype}[3]`, elements: [0, 1, 2], constant: true }]] as const,
    ];
  });

const reduce = (types: readonly DType[]): Rows => [
  ...over(types, (dtype) => [[`${dtype}[2, 3, 4]`], { axes: [1], keepDims: true }]),
  [['float32[2, 3, 4]'], { axes: [0, 2], keepDims: false }],
  [['float32[2, 3, 4]'], { axes: [2, 0, 1], keepDims: true }],
  [['float32[2, 3]'], { axes: [], keepDims: true }],
];

const positive = (types: readonly DType[]): Rows =>
  over(types, (dtype) => [
    [{ type: `${dtype}[2, 3]`, elements: [1, 2, 3, 4, 5, 6] }],
    { axes: [1], keepDims: false },
  ]);

const best: Rows = [
  ...over(numbers, (dtype) => [[`${dtype}[3, 7]`], { axis: 1 }] as const),
  [['float32[3, 7]'], { axis: 0, keepDims: false }],
  [[{ type: 'float32[5]', elements: [1, 3, 2, 3, 0] }], { axis: 0, selectLastIndex: true }],
];

const alongAxis: Rows = [
  ...over(floats, (dtype) => [[`${dtype}[2, 3, 4]`], { axis: 1 }] as const),
  [['float32[2, 3, 4]'], { axis: 2 }],
  [['float32[5]'], { axis: 0 }],
];

// biome-ignore format: a row
const window = { kernel: [3, 2], stride: [2, 1], dilation: [1, 1], pads: [[1, 1], [0, 1]], ceil: false };
const ceiled = { ...window, ceil: true };
const dilated = {
  ...window,
  dilation: [2, 1],
  pads: [
    [1, 1],
    [0, 0],
  ],
};
const beyondKernel = {
  ...window,
  dilation: [3, 2],
  pads: [
    [4, 3],
    [1, 2],
  ],
};
const cropping = {
  ...window,
  pads: [
    [-1, 1],
    [0, -1],
  ],
};
const line = { kernel: [3], stride: [2], dilation: [1], pads: [[1, 0]], ceil: true };
const cube = {
  kernel: [2, 3, 2],
  stride: [1, 2, 1],
  dilation: [1, 1, 1],
  pads: [
    [1, 0],
    [1, 1],
    [0, 0],
  ],
  ceil: false,
};

const pooled: readonly (readonly [operand: string, window: object])[] = [
  ['float32[1, 2, 7, 6]', window],
  ['float32[1, 2, 7, 6]', ceiled],
  ['float32[1, 2, 9, 6]', dilated],
  ['float32[1, 2, 9, 6]', beyondKernel],
  ['float32[1, 2, 7, 6]', cropping],
  ['float32[2, 3, 8]', line],
  ['float32[1, 2, 4, 5, 4]', cube],
  ['float16[1, 2, 7, 6]', window],
  ['float64[1, 2, 7, 6]', window],
];
const pools = (attributes: object): Rows =>
  pooled.map(([operand, own]) => [[operand], { ...own, ...attributes }] as const);

const conv = {
  stride: [1, 1],
  dilation: [1, 1],
  pads: [
    [1, 1],
    [1, 1],
  ],
};
const convTranspose = {
  stride: [2, 2],
  dilation: [1, 1],
  crop: [
    [0, 0],
    [0, 0],
  ],
  groups: 1,
};
const planes = (...more: string[]): string[] => ['float32[1, 2, 4, 5]', ...more];
const kernel = '=float32[2, 3, 3, 3]';

const axis = (axis: number, from: number, to: number, more: object = {}): AxisResampling => ({
  axis,
  from,
  to,
  map: 'half_pixel',
  filter: { kind: 'linear' },
  antialias: false,
  border: 'clamp',
  profile: 'onnx',
  ...more,
});
const map2 = (more: object = {}, height = 8, width = 10) => ({
  axes: [axis(2, 4, height, more), axis(3, 5, width, more)],
});
const nearest = (rounding: string, more: object = {}) =>
  map2({ filter: { kind: 'nearest', rounding }, ...more }, 7, 10);
const cubic = { filter: { kind: 'cubic', coefficient: -0.75 } };
const image = ['float32[1, 2, 4, 5]'];

const indices = (type: string, ...elements: number[]): OperandRow => ({ type, elements, constant: false });

/** Rows for every operation: each attribute, each element type, each form that the exporter has. */
// biome-ignore format: a table, one row a line
export const layerRows: { readonly [N in OpName]: Rows } = {
  conv: [
    [planes('=float32[3, 2, 3, 3]'), conv],
    [planes('=float32[3, 2, 3, 3]', '=float32[3]'), { ...conv, stride: [2, 1], dilation: [1, 2] }],
    [planes('float32[3, 2, 3, 3]', 'float32[3]'), { ...conv, pads: [[0, 2], [3, 0]] }],
    [planes('=float32[4, 1, 3, 3]'), { ...conv, groups: 2 }],
    [planes('=float32[3, 2, 2, 2]', '=float32[3]'), { ...conv, pads: [[-1, 1], [2, -2]] }],
    [planes('=float32[3, 2, 2, 2]', '=float32[3]'), { ...conv, pads: [[-5, 5], [0, 0]] }],
    [['float32[2, 2, 9]', '=float32[3, 2, 4]'], { stride: [3], dilation: [2], pads: [[2, 1]] }],
    [['float32[1, 2, 3, 4, 5]', '=float32[3, 2, 2, 2, 3]'], { stride: [1, 2, 1], dilation: [1, 1, 2], pads: [[1, 0], [0, 1], [2, 2]] }],
    [['float16[1, 2, 4, 5]', '=float16[3, 2, 3, 3]', '=float16[3]'], conv],
    [['float64[1, 2, 4, 5]', '=float64[3, 2, 3, 3]', '=float64[3]'], conv],
  ],
  convTranspose: [
    [planes(kernel), convTranspose],
    [planes(kernel, '=float32[3]'), { ...convTranspose, crop: [[1, 0], [0, 1]] }],
    [planes(kernel, '=float32[3]'), { ...convTranspose, crop: [[0, -1], [1, -1]] }],
    [planes(kernel, '=float32[3]'), { ...convTranspose, crop: [[-1, -3], [0, -2]] }],
    [planes(kernel), { ...convTranspose, crop: [[-2, 1], [0, 0]] }],
    [planes(kernel, 'float32[3]'), { ...convTranspose, stride: [1, 1], dilation: [2, 3], crop: [[0, -1], [0, 0]] }],
    [planes('=float32[2, 2, 2, 2]', '=float32[4]'), { ...convTranspose, stride: [3, 3], crop: [[0, -2], [0, 0]], groups: 2 }],
    [planes('=float32[2, 1, 2, 2]', '=float32[2]'), { ...convTranspose, crop: [[8, -2], [0, 0]], groups: 2 }],
    [['float32[2, 2, 5]', '=float32[2, 3, 4]'], { stride: [4], dilation: [1], crop: [[1, 2]], groups: 1 }],
    [['float32[1, 2, 2, 3, 2]', '=float32[2, 1, 3, 2, 2]', '=float32[1]'], { stride: [2, 1, 2], dilation: [1, 2, 1], crop: [[1, -1], [0, 0], [0, 1]], groups: 1 }],
    [['float16[1, 2, 4, 5]', '=float16[2, 3, 3, 3]'], convTranspose],
    [['float64[1, 2, 4, 5]', '=float64[2, 3, 3, 3]'], convTranspose],
  ],
  matMul: [
    ...over(numbers, (dtype) => [[`${dtype}[2, 3]`, `${dtype}[3, 4]`]] as const),
    [['float32[3]', 'float32[3]']],
    [['float32[3]', 'float32[2, 3, 4]']],
    [['float32[2, 1, 4, 3]', 'float32[5, 3, 2]']],
    [['float32[5, 2, 3]', 'float32[3]']],
  ],
  maxPool: [
    ...pools({}),
    ...pools({ storageOrder: 1 }).slice(0, 7),
    ...over(integers, (dtype) => [[`${dtype}[1, 2, 7, 6]`], window] as const),
    [['int16[1, 2, 9, 6]'], beyondKernel],
  ],
  averagePool: [...pools({}), ...pools({ countIncludePad: true })],
  lpPool: [...pools({}), ...pools({ p: 1 }), ...pools({ p: 3 }), ...pools({ p: 2.5 })],
  maxUnpool: [
    ...over(numbers, (dtype) => [[`${dtype}[1, 1, 2, 2]`, indices('int64[1, 1, 2, 2]', 5, 1, 11, 14)], { shape: [1, 1, 4, 4] }] as const),
    [['float32[1, 1, 3]', indices('int64[1, 1, 3]', 0, 1, 0)], { shape: [1, 1, 2] }],
    [['float32[1, 2, 2]', indices('int64[1, 2, 2]', 3, 1, 4, 9)], { shape: [1, 2, 5] }],
    [['float32[1, 1, 1, 2, 1]', indices('int64[1, 1, 1, 2, 1]', 7, 2)], { shape: [1, 1, 2, 2, 2] }],
  ],
  depthToSpace: [
    ...over(every, (dtype) => [[`${dtype}[1, 8, 2, 3]`], { blocksize: 2, mode: 'DCR' }] as const),
    ...over(every, (dtype) => [[`${dtype}[1, 8, 2, 3]`], { blocksize: 2, mode: 'CRD' }] as const),
  ],
  spaceToDepth: over(every, (dtype) => [[`${dtype}[1, 2, 4, 6]`], { blocksize: 2 }]),
  upsample: [
    [image, map2()],
    [image, map2({ map: 'align_corners' }, 7, 3)],
    [image, map2({ map: 'asymmetric' }, 7, 3)],
    [image, map2({ map: 'half_pixel_symmetric', scale: 1.7 }, 6, 8)],
    [image, map2({ map: 'pytorch_half_pixel' }, 1, 7)],
    [image, map2({ map: 'tf_half_pixel_for_nn' }, 7, 8)],
    [image, { axes: [axis(2, 4, 8, { map: 'tf_crop_and_resize', roi: [0.25, 1.25] }), axis(3, 5, 7, { map: 'tf_crop_and_resize', roi: [-0.25, 0.75] })], extrapolation: 7 }],
    [image, { axes: [axis(2, 4, 8, { map: 'tf_crop_and_resize', roi: [0, 1] }), axis(3, 5, 5, { map: 'tf_crop_and_resize', roi: [0.5, 1] })] }],
    [image, map2({ antialias: true }, 3, 3)],
    [image, map2({ antialias: true, border: 'renormalise' }, 3, 3)],
    [image, map2({ scale: 1.2 }, 4, 6)],
    [image, map2(cubic)],
    [image, map2({ ...cubic, border: 'renormalise' }, 7, 11)],
    [image, map2(cubic, 2, 11)],
    [image, map2({ ...cubic, antialias: true, border: 'renormalise' }, 3, 2)],
    [image, map2({ ...cubic, profile: 'tf' }, 7, 11)],
    [image, map2({ filter: { kind: 'area' } }, 3, 2)],
    [image, map2({ filter: { kind: 'adaptive' } }, 3, 2)],
    [image, map2({ filter: { kind: 'lanczos', lobes: 3 }, profile: 'keras' })],
    [image, map2({ filter: { kind: 'mitchell' } }, 4, 5)],
    [image, map2({ filter: { kind: 'gaussian' } }, 8, 3)],
    [image, nearest('floor')],
    [image, nearest('ceil', { map: 'asymmetric' })],
    [image, nearest('round_prefer_ceil')],
    [image, nearest('round_prefer_floor')],
    [image, nearest('floor', { map: 'tf_half_pixel_for_nn', profile: 'tf' })],
    [['float32[1, 1, 2]'], { axes: [axis(2, 2, 82, { map: 'asymmetric', filter: { kind: 'nearest', rounding: 'floor' }, profile: 'torch' })] }],
    [['float32[1, 2, 5]'], { axes: [axis(2, 5, 9)] }],
    [['float32[1, 2, 5]'], { axes: [axis(2, 5, 9, cubic)] }],
    [['float32[5]'], { axes: [axis(0, 5, 9)] }],
    [['float32[1, 2, 3, 4, 2]'], { axes: [axis(2, 3, 6), axis(3, 4, 6), axis(4, 2, 3)] }],
    [['float32[1, 2, 3, 4, 2]'], { axes: [axis(2, 3, 6, cubic), axis(3, 4, 6, cubic), axis(4, 2, 3, cubic)] }],
    [['float32[1, 2, 3, 2]'], { axes: [axis(0, 1, 2), axis(1, 2, 3), axis(2, 3, 6), axis(3, 2, 3)] }],
    [['float32[1, 2, 3, 2]'], { axes: [axis(1, 2, 5), axis(2, 3, 4)] }],
    [[{ type: 'float32[1, 6]', elements: [1, Number.NaN, 2, 3, Number.POSITIVE_INFINITY, 4] }], { axes: [axis(1, 6, 9, { filter: { kind: 'mitchell' } })] }],
    ...over(numbers, (dtype) => [[`${dtype}[1, 2, 4, 5]`], map2({}, 7, 8)] as const),
    ...over(every, (dtype) => [[`${dtype}[1, 2, 4, 5]`], nearest('floor')] as const),
    [['int32[1, 2, 4, 5]'], { axes: [axis(2, 4, 8, { map: 'tf_crop_and_resize', roi: [0, 1.5] })], extrapolation: 3 }],
  ],
  batchNormalization: [
    ...over(floats, (dtype) => [[`${dtype}[2, 3, 4, 5]`, `=${dtype}[3]`, `=${dtype}[3]`, `=${dtype}[3]`, { type: `${dtype}[3]`, elements: [1, 2, 0.5], constant: true }], { epsilon: 1e-3 }] as const),
    [['float32[4, 3]', 'float32[3]', 'float32[3]', 'float32[3]', { type: 'float32[3]', elements: [1, 2, 0.5] }]],
  ],
  instanceNormalization: [
    ...over(floats, (dtype) => [[`${dtype}[2, 3, 4, 5]`, `=${dtype}[3]`, `=${dtype}[3]`], { epsilon: 1e-3 }] as const),
    [['float32[2, 3, 7]', 'float32[3]', 'float32[3]']],
  ],
  groupNormalization: [
    ...over(floats, (dtype) => [[`${dtype}[2, 6, 3, 4]`, `=${dtype}[6]`, `=${dtype}[6]`], { groups: 3, epsilon: 1e-3 }] as const),
    [['float32[2, 6]', 'float32[6]', 'float32[6]'], { groups: 2 }],
    [['float32[2, 4, 3, 2, 2]', 'float32[4]', 'float32[4]'], { groups: 4 }],
  ],
  layerNormalization: [
    ...over(floats, (dtype) => [[`${dtype}[2, 3, 4]`, `=${dtype}[4]`, `=${dtype}[4]`], { axis: 2, epsilon: 1e-3 }] as const),
    [['float32[2, 3, 4]', 'float32[3, 4]'], { axis: 1 }],
    [['float32[2, 3, 4]', 'float32[1]', 'float32[3, 1]'], { axis: 1 }],
    [['float32[2, 3]', 'float32[2, 3]'], { axis: 0 }],
  ],
  rmsNormalization: [
    ...over(floats, (dtype) => [[`${dtype}[2, 3, 4]`, `=${dtype}[4]`], { axis: 2, epsilon: 1e-3 }] as const),
    [['float32[2, 3, 4]', 'float32[3, 1]'], { axis: 1 }],
  ],
  lrn: [
    ...over(floats, (dtype) => [[`${dtype}[1, 5, 3, 2]`], { size: 3, alpha: 0.5, beta: 0.75, bias: 2 }] as const),
    [['float32[1, 5, 3, 2]'], { size: 4, alpha: 0.5 }],
    [['float32[1, 5, 3]'], { size: 5, alpha: 0.5 }],
    [['float32[1, 5, 2, 2, 2]'], { size: 1, alpha: 0.5 }],
  ],
  lpNormalization: [
    ...over(floats, (dtype) => [[`${dtype}[2, 3, 4]`], { axis: 1, p: 2 }] as const),
    ...over(floats, (dtype) => [[`${dtype}[2, 3, 4]`], { axis: 2, p: 1 }] as const),
    [[{ type: 'float32[2, 2]', elements: [0, 0, 3, 4] }], { axis: 1, p: 2 }],
  ],
  reduceSum: reduce(numbers),
  reduceMean: [
    ...reduce(numbers),
    ...over(floats, (dtype) => [[`${dtype}[2, 3, 2, 4]`], { axes: [3, 2], keepDims: true }] as const),
    [['float32[2, 3, 4]'], { axes: [2], keepDims: true }],
    [['float32[2, 3, 2, 4, 2]'], { axes: [2, 3, 4], keepDims: true }],
  ],
  reduceMax: reduce(every),
  reduceMin: reduce(every),
  reduceProd: reduce(numbers),
  reduceL1: reduce(numbers),
  reduceL2: reduce(numbers),
  reduceLogSum: positive(numbers),
  reduceLogSumExp: reduce(numbers),
  reduceSumSquare: reduce(numbers),
  argMax: best,
  argMin: best,
  softmax: alongAxis,
  logSoftmax: alongAxis,
  hardmax: alongAxis,
  relu: unary(numbers),
  sigmoid: unary(floats),
  tanh: unary(floats),
  softplus: unary(floats),
  softsign: unary(floats),
  mish: unary(floats),
  hardSwish: unary(floats),
  exp: unary(floats),
  log: within(floats, 0.5, 1, 7),
  sqrt: within(floats, 0.25, 0, 7),
  reciprocal: within(floats, 0.25, -3, 7),
  erf: unary(floats),
  sin: unary(floats),
  cos: unary(floats),
  tan: within(floats, -1.25, 0, 1, 0.5),
  asin: within(floats, -1, 0.5, 0, 1),
  acos: within(floats, -1, 0.5, 0, 1),
  atan: unary(floats),
  sinh: unary(floats),
  cosh: unary(floats),
  asinh: unary(floats),
  acosh: within(floats, 1, 1.5, 8),
  atanh: within(floats, -0.5, 0, 0.875),
  identity: unary(every),
  neg: unary(numbers),
  abs: unary(numbers),
  sign: unary(numbers),
  floor: unary(numbers),
  ceil: unary(numbers),
  round: [...unary(numbers), ...within(floats, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5)],
  not: unary(['bool']),
  bitNot: unary(integers),
  isNaN: within(floats, 0, Number.NaN, Number.POSITIVE_INFINITY),
  isInf: [
    { positive: true, negative: true },
    { positive: true, negative: false },
    { positive: false, negative: true },
  ].flatMap((attributes) =>
    floats.map((dtype) => [[{ type: `${dtype}[4]`, elements: [0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] }], attributes] as const),
  ),
  leakyRelu: unary(floats, { alpha: 0.25 }),
  elu: unary(floats, { alpha: 0.5 }),
  celu: unary(floats, { alpha: 2 }),
  selu: unary(floats, { alpha: 1.5, gamma: 2 }),
  hardSigmoid: unary(floats, { alpha: 0.25, beta: 0.5 }),
  thresholdedRelu: unary(floats, { alpha: 0.5 }),
  shrink: [...unary(numbers, { bias: 0, lambd: 1.5 }), ...unary(numbers, { bias: 1.5, lambd: 0.5 })],
  gelu: [...unary(floats), ...unary(floats, { approximate: 'tanh' })],
  swish: unary(floats, { alpha: 1.5 }),
  add: binary(numbers),
  sub: binary(numbers),
  mul: binary(numbers),
  div: nonzero(numbers),
  pow: [
    ...over(numbers, (dtype) => [[{ type: `${dtype}[3]`, elements: [1, 2, 3] }, { type: `${dtype}[2, 1]`, elements: [2, 3] }]] as const),
    [['float32[2, 3]', { type: 'int64[3]', elements: [2, 3, 0] }]],
    [[{ type: 'int32[3]', elements: [4, 9, 2] }, { type: 'float32[3]', elements: [0.5, 0.5, 3] }]],
    [[{ type: 'float32[3]', elements: [4, 9, 2] }, { type: 'uint8[3]', elements: [0, 1, 3] }]],
  ],
  mod: [...nonzero(numbers), ...nonzero(numbers, { fmod: true })],
  min: binary(numbers),
  max: binary(numbers),
  prelu: [...binary(numbers), [['float32[1, 2, 3]', 'float32[2, 1]']]],
  and: binary(['bool']),
  or: binary(['bool']),
  xor: binary(['bool']),
  bitAnd: binary(integers),
  bitOr: binary(integers),
  bitXor: binary(integers),
  shiftLeft: shifts(integers),
  shiftRight: shifts(integers),
  equal: binary(every),
  less: binary(numbers),
  lessOrEqual: binary(numbers),
  greater: binary(numbers),
  greaterOrEqual: binary(numbers),
  where: over(every, (dtype) => [['bool[2, 1, 3]', `${dtype}[4, 1]`, `${dtype}[1]`]]),
  clip: [
    ...over(numbers, (dtype) => [[`${dtype}[2, 5]`, { type: `${dtype}[]`, elements: [1] }, { type: `${dtype}[1]`, elements: [3] }]] as const),
    [['float32[2, 5]', undefined, { type: 'float32[1, 1]', elements: [0.5], constant: true }]],
    [['float32[2, 5]', { type: 'float32[]', elements: [0.5], constant: true }]],
    [['float32[2, 5]', { type: 'float32[]', elements: [2] }, { type: 'float32[]', elements: [1] }]],
    [['float32[2, 5]']],
  ],
  cast: every.flatMap((from) =>
    every.map((to) => [[{ type: `${from}[4]`, elements: [0, 1, 2.75, 100].map((x) => (isFloat(from) ? x : Math.floor(x))) }], { to }] as const),
  ),
  reshape: [
    ...over(every, (dtype) => [[`${dtype}[2, 3, 4]`], { shape: [4, 6] }] as const),
    [['float32[0, 3]'], { shape: [3, 0, 2] }],
    [['float32[1, 1]'], { shape: [] }],
  ],
  transpose: [
    ...over(every, (dtype) => [[`${dtype}[2, 3, 4]`], { perm: [2, 0, 1] }] as const),
    [['float32[]'], { perm: [] }],
  ],
  expand: over(every, (dtype) => [[`${dtype}[3, 1]`], { shape: [2, 3, 4] }]),
  concat: [
    ...over(every, (dtype) => [[`${dtype}[2, 3]`, `=${dtype}[2, 1]`, `${dtype}[2, 2]`], { axis: 1 }] as const),
    [['float32[3]'], { axis: 0 }],
  ],
  split: [
    ...over(every, (dtype) => [[`${dtype}[2, 6]`], { axis: 1, lengths: [1, 3, 2] }] as const),
    [['float32[4, 2]'], { axis: 0, lengths: [4] }],
    [['float32[4, 2]'], { axis: 0, lengths: [0, 4] }],
  ],
  slice: [
    ...over(every, (dtype) => [[`${dtype}[4, 7]`], { start: [1, 5], step: [1, -2], length: [2, 3] }] as const),
    [['float32[4, 7]'], { start: [0, 6], step: [1, -1], length: [4, 7] }],
    [['float32[4, 7]'], { start: [0, 0], step: [1, 1], length: [4, 7] }],
    [['float32[4, 7]'], { start: [2, 0], step: [1, 3], length: [0, 3] }],
    [['float32[4, 7]'], { start: [0, 0], step: [1, 3], length: [4, 2] }],
  ],
  pad: [
    ...over(every, (dtype) => [[`${dtype}[2, 3]`, { type: `${dtype}[]`, elements: [1], constant: true }], { pads: [[1, 0], [0, 2]] }] as const),
    ...over(every, (dtype) => [[`${dtype}[2, 3]`], { pads: [[1, 0], [0, 2]], mode: 'edge' }] as const),
    [['float32[4, 5]', 'float32[1, 1]'], { pads: [[-1, 2], [2, -3]] }],
    [['float32[4, 5]'], { pads: [[3, 2], [2, 4]], mode: 'reflect' }],
    [['float32[4, 5]'], { pads: [[9, 2], [2, 6]], mode: 'reflect' }],
    [['float32[4, 5]'], { pads: [[4, 2], [2, 5]], mode: 'wrap' }],
    [['float32[4, 5]'], { pads: [[9, 2], [2, 6]], mode: 'wrap' }],
    [['float32[4, 5]'], { pads: [[-1, 2], [2, -1]], mode: 'reflect' }],
    [['float32[4, 5]'], { pads: [[-1, 7], [2, -1]], mode: 'edge' }],
    [['float32[1, 5]'], { pads: [[2, 2], [0, 0]], mode: 'reflect' }],
  ],
  tile: over(every, (dtype) => [[`${dtype}[2, 3]`], { repeats: [2, 3] }]),
  gather: [
    ...over(every, (dtype) => [[`${dtype}[4, 3]`, indices('int64[2, 2]', 3, 0, -1, -4)], { axis: 0 }] as const),
    ...over(integers, (dtype) => [['float32[2, 4]', indices(`${dtype}[2]`, 3, 1)], { axis: 1 }] as const),
    [['float32[2, 4]', indices('int64[]', -2)], { axis: 1 }],
  ],
  gatherElements: over(every, (dtype) => [[`${dtype}[3, 2]`, indices('int32[2, 2]', 2, -1, 0, 1)], { axis: 0 }]),
  gatherND: [
    ...over(every, (dtype) => [[`${dtype}[2, 3, 2]`, indices('int32[2, 2]', 1, 2, 0, -1)]] as const),
    [['float32[2, 3, 2]', indices('int64[2, 1, 1]', 1, -1)], { batchDims: 1 }],
  ],
  scatterElements: [
    ...over(every, (dtype) => [[`${dtype}[3, 3]`, indices('int32[2, 2]', 2, -1, 0, 1), `${dtype}[2, 2]`], { axis: 0 }] as const),
    ...['add', 'mul', 'max', 'min'].map((reduction) => [['float32[5]', indices('int64[4]', 1, 3, 1, -5), 'float32[4]'], { axis: 0, reduction }] as const),
    ...over(integers, (dtype) => [[`${dtype}[5]`, indices('int64[4]', 1, 3, 1, -5), `${dtype}[4]`], { axis: 0, reduction: 'add' }] as const),
  ],
  scatterND: [
    ...over(every, (dtype) => [[`${dtype}[4, 2]`, indices('int64[2, 1]', 3, -4), `${dtype}[2, 2]`]] as const),
    ...['add', 'mul', 'max', 'min'].map((reduction) => [['float32[4]', indices('int32[3, 1]', 3, 1, 3), 'float32[3]'], { reduction }] as const),
  ],
  oneHot: [
    ...over(every, (dtype) => [[indices('int64[2, 2]', 3, -1, 0, 9), { type: `${dtype}[2]`, elements: [0, 1] }], { axis: 1, depth: 4 }] as const),
    ...over(numbers, (dtype) => [[indices(`${dtype}[3]`, 3, 1, 0), 'float32[2]'], { axis: 1, depth: 4 }] as const),
    [[indices('float32[3]', 3.5, -1.5, 0), 'float32[2]'], { axis: 0, depth: 4 }],
  ],
  trilu: [
    ...over(every, (dtype) => [[`${dtype}[2, 3, 4]`], { upper: true, k: 1 }] as const),
    [['float32[4, 3]'], { upper: false, k: -1 }],
  ],
  cumSum: [
    ...over(numbers, (dtype) => [[`${dtype}[2, 4]`], { axis: 1 }] as const),
    [['float32[2, 4]'], { axis: 1, exclusive: true }],
    [['float32[2, 4]'], { axis: 0, reverse: true }],
    [['float32[2, 4]'], { axis: 1, exclusive: true, reverse: true }],
  ],
  cumProd: [
    ...over(numbers, (dtype) => [[`${dtype}[2, 4]`], { axis: 1 }] as const),
    [['float32[2, 4]'], { axis: 1, exclusive: true }],
    [['float32[3, 4]'], { axis: 0, reverse: true }],
    [['float32[2, 4, 2]'], { axis: 1, exclusive: true, reverse: true }],
  ],
};
