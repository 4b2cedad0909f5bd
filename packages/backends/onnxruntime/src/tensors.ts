import { type DType, dtypes, type Tensor } from '@polyphase/ir';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import type { Onnxruntime } from './options.ts';

/** A view of the elements: onnxruntime reads the caller's memory. */
export const toOrt = ({ Tensor }: Onnxruntime, { dtype, shape, data }: Tensor): OrtTensor =>
  new Tensor(dtype, data as Float32Array, shape);

/** A view of the elements that onnxruntime has copied for its caller. Newer Nodes give float16 as numbers. */
export function fromOrt({ type, dims, data }: OrtTensor): Tensor {
  const dtype = type as DType;
  const elements = data as Float32Array;
  const { array } = dtypes[dtype];
  const own =
    elements instanceof array
      ? elements
      : new array(elements.buffer as ArrayBuffer, elements.byteOffset, elements.length);
  return { dtype, shape: dims, data: own } as Tensor;
}
