import { type DType, make, ops, PolyphaseError, type Tensor, type Value } from '@polyphase/ir';
import type { AnyTensor, DeviceTensor } from '@polyphase/plugin';
import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { writeModel } from './model.ts';
import type { Onnxruntime } from './options.ts';
import type { Provider } from './providers/index.ts';
import type { SessionOptions, Sessions } from './sessions.ts';
import { fromOrt } from './tensors.ts';

/** Where the tensors of a provider live, for programs that leave them there. */
export interface Device {
  readonly lib: Onnxruntime;
  readonly provider: Provider;
  readonly options: SessionOptions;
  readonly sessions: Sessions;
}

/** Types that can be read back from where they are: a session that copies them has no kernel for others. */
const readable: readonly DType[] = ['float32', 'float16', 'int32', 'uint32'];

/** onnxruntime's JavaScript interface keeps outputs on the device for WebGPU only. */
export const canKeep = ({ provider }: Device, { type: { dtype } }: Value): boolean =>
  provider.name === 'webgpu' && readable.includes(dtype);

export const isOwn = (value: AnyTensor, backend: string): value is DeviceTensor<OrtTensor> =>
  'device' in value && value.device === backend;

/** An output that stays where it is until it is disposed of. */
export function deviceTensor(device: Device, resource: OrtTensor): DeviceTensor<OrtTensor> {
  const [dtype, shape] = [resource.type as DType, resource.dims];
  let disposed = false;
  return {
    dtype,
    shape,
    device: device.provider.backend,
    resource,
    async read() {
      if (disposed) throw disposedError(dtype, shape);
      return readBack(device, resource, dtype, shape);
    },
    dispose() {
      if (!disposed) resource.dispose();
      disposed = true;
    },
  };
}

/** Through a session that copies: `Tensor.getData` ends the process for a buffer of onnxruntime-node 1.30. */
async function readBack(
  device: Device,
  x: OrtTensor,
  dtype: DType,
  shape: readonly number[],
): Promise<Tensor> {
  const { lib, provider, options, sessions } = device;
  const value: Value = { name: 'x', type: { dtype, shape } };
  const copy = make(ops.identity, { x: value }, {}, { name: 'y' });
  const graph = {
    name: 'copy',
    inputs: [value],
    outputs: [{ name: 'y', value: copy.outputs[0]! }],
    nodes: [copy],
  };
  const { session, release } = await sessions.lease(lib, writeModel(graph, provider), options);
  try {
    const { y } = await session.run({ x });
    return fromOrt(y!);
  } finally {
    release();
  }
}

const disposedError = (dtype: DType, shape: readonly number[]): PolyphaseError =>
  new PolyphaseError('PP4006', {
    at: `device tensor ${dtype}[${shape.join(', ')}]`,
    problem: 'it is disposed of',
    fix: 'Read it before',
  });
