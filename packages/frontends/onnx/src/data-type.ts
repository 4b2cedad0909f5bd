import { type DType, PolyphaseError } from '@polyphase/ir';

/** `TensorProto.DataType`: our element types by ONNX's code. */
const codes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
} as const satisfies Record<DType, number>;

const byCode = new Map<number, DType>(Object.entries(codes).map(([dtype, code]) => [code, dtype as DType]));

const unsupported = new Map<number, string>([
  [0, 'undefined'],
  [8, 'string'],
  [14, 'complex64'],
  [15, 'complex128'],
  [16, 'bfloat16'],
  [17, 'float8e4m3fn'],
  [18, 'float8e4m3fnuz'],
  [19, 'float8e5m2'],
  [20, 'float8e5m2fnuz'],
  [21, 'uint4'],
  [22, 'int4'],
  [23, 'float4e2m1'],
  [24, 'float8e8m0'],
  [25, 'uint2'],
  [26, 'int2'],
  [27, 'float6e2m3'],
  [28, 'float6e3m2'],
]);

/** ONNX's code of an element type. */
export const codeOf = (dtype: DType): number => codes[dtype];

/** The element type that ONNX's `code` stands for. @throws PP1005 naming `at` when there is none here. */
export function dtypeOf(code: number, at: string): DType {
  const dtype = byCode.get(code);
  if (dtype) return dtype;
  throw new PolyphaseError('PP1005', {
    at,
    problem: `its elements are ${unsupported.get(code) ?? `of the unknown type ${code}`}`,
    fix: `Convert the model to one of ${[...byCode.values()].join(', ')}`,
  });
}
