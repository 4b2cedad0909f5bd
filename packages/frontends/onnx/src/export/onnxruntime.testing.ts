import type { DType, Tensor } from '@polyphase/ir';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';

/** Runs an ONNX file in onnxruntime on the processor; outputs in the order of the file's. */
export async function runInOnnxruntime(
  bytes: Uint8Array,
  inputs: readonly Tensor[],
): Promise<readonly Tensor[]> {
  const session = await InferenceSession.create(bytes, {
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  try {
    const feeds = Object.fromEntries(session.inputNames.map((name, i) => [name, ortTensor(inputs[i]!)]));
    const results = await session.run(feeds);
    return session.outputNames.map((name) => tensorOf(results[name]!));
  } finally {
    await session.release();
  }
}

const ortTensor = ({ dtype, shape, data }: Tensor): OrtTensor =>
  new OrtTensor(dtype, data as Float32Array, shape);

const tensorOf = (value: OrtTensor): Tensor =>
  ({ dtype: value.type as DType, shape: value.dims, data: value.data }) as unknown as Tensor;
