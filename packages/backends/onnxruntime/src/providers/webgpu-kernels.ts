import type { DType } from '@polyphase/ir';
import type { Kernels } from './provider.ts';

const floats: readonly DType[] = ['float32', 'float16'];
const signed: readonly DType[] = [...floats, 'int32'];
const numbers: readonly DType[] = [...signed, 'uint32'];
const all: readonly DType[] = [...numbers, 'bool', 'uint8'];

const rows: readonly (readonly [types: readonly DType[], operators: string])[] = [
  [
    floats,
    `Abs Acos Acosh Asin Asinh Atan Atanh AveragePool BatchNormalization Ceil Conv ConvTranspose Cos Cosh DepthToSpace Elu
    Erf Exp Floor GatherElements Gelu GlobalAveragePool HardSigmoid HardSwish InstanceNormalization LayerNormalization
    LeakyRelu Log LpNormalization MatMul MaxPool Mish Neg PRelu Pow Reciprocal ReduceL2 ReduceLogSum ReduceLogSumExp
    ReduceMean Relu Sigmoid Sin Sinh Slice Softmax Softplus Sqrt Tan Tanh ThresholdedRelu`,
  ],
  [
    signed,
    `ArgMax ArgMin CumSum ReduceL1 ReduceMax ReduceMin ReduceProd ReduceSum ReduceSumSquare Resize Trilu Where`,
  ],
  [
    numbers,
    `Add Clip Concat Div Equal GatherND Greater GreaterOrEqual Identity Less LessOrEqual Max Min Mul Pad ScatterElements
    ScatterND Split Sub Tile Transpose`,
  ],
  [all, 'Cast Expand Gather Reshape'],
  [['bool'], 'And Not'],
];

/** What onnxruntime 1.30's WebGPU provider took when it was asked, operator by operator and type by type. */
export const webgpuKernels: Kernels = new Map(
  rows.flatMap(([types, operators]) =>
    operators.split(/\s+/).map((operator) => [operator, new Set(types)] as const),
  ),
);
