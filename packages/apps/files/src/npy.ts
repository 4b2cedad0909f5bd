import {
  check,
  type DataArray,
  type DType,
  dtypes,
  PolyphaseError,
  sizeOf,
  stridesOf,
  type Tensor,
} from '@polyphase/ir';
import { dump, type DType as NpyType, parse } from 'npyjs';

/** NumPy's codes of the element types. */
const codes = {
  float16: 'f2',
  float32: 'f4',
  float64: 'f8',
  int8: 'i1',
  uint8: 'u1',
  int16: 'i2',
  uint16: 'u2',
  int32: 'i4',
  uint32: 'u4',
  int64: 'i8',
  uint64: 'u8',
  bool: 'b1',
} as const satisfies Readonly<Record<DType, NpyType>>;

const dtypeOf = new Map<string, DType>(Object.entries(codes).map(([dtype, code]) => [code, dtype as DType]));

/**
 * A tensor in NumPy's .npy format, versions 1 to 3, in either element order.
 *
 * @throws PP5003 for damaged files and for element types that tensors do not have.
 */
export function readNpy(bytes: Uint8Array<ArrayBuffer>, at: string): Tensor {
  const { data, shape, dtype: code, fortranOrder } = parsed(bytes, at);
  const dtype = dtypeOf.get(code);
  check(dtype !== undefined, 'PP5003', () => ({
    at,
    problem: `its element type is ${code}`,
    fix: `Save it as one of ${Object.keys(codes).join(', ')}, with numpy.save(file, array.astype(...))`,
  }));
  const size = sizeOf(shape);
  check(shape.every((n) => Number.isSafeInteger(n) && n >= 0) && data.length === size, 'PP5003', () => ({
    at,
    problem: `its shape [${shape.join(', ')}] does not fit its ${data.length} elements`,
    fix: 'Save it again with numpy.save: the file is damaged or cut off',
  }));
  const elements = dtype === 'bool' ? Uint8Array.from(data as ArrayLike<number>, Number) : data;
  return { dtype, shape, data: fortranOrder ? rowMajor(elements, dtype, shape) : elements } as Tensor;
}

/** What npyjs finds; its types do not say that float16 stays bits and that bools are a list. */
interface Parsed {
  readonly data: DataArray;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly fortranOrder: boolean;
}

function parsed(bytes: Uint8Array<ArrayBuffer>, at: string): Parsed {
  const { buffer, byteOffset, byteLength } = bytes;
  try {
    return parse(buffer.slice(byteOffset, byteOffset + byteLength), {
      convertFloat16: false,
    }) as unknown as Parsed;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new PolyphaseError('PP5003', {
      at,
      problem: `it cannot be read as .npy (${problem})`,
      fix: 'Save it with numpy.save, in little-endian order and without Python objects',
      cause,
    });
  }
}

/** Elements in column-major order, as NumPy keeps transposed arrays, in row-major order. */
function rowMajor(elements: DataArray, dtype: DType, shape: readonly number[]): DataArray {
  const { array } = dtypes[dtype];
  const result = new array(elements.length);
  const steps = stridesOf([...shape].reverse()).reverse();
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = elements[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= steps[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/** A tensor as the bytes of an .npy file. */
export const writeNpy = ({ dtype, shape, data }: Tensor): Uint8Array =>
  new Uint8Array(dump(data, [...shape], { dtype: codes[dtype] }));
