import { type DType, PolyphaseError } from '@polyphase/ir';
import type { Backend, DeviceTensor } from '@polyphase/plugin';
import { download, dtypeOf } from './storage.ts';
import type { TfTensor } from './tf.ts';

/** A tensor of TensorFlow.js as a backend of this package takes and gives it. */
export type TfjsTensor = DeviceTensor<TfTensor>;

export const deviceTensor = (resource: TfTensor, dtype: DType, device: string): TfjsTensor => ({
  dtype,
  shape: resource.shape,
  device,
  resource,
  read() {
    if (resource.isDisposed)
      throw new PolyphaseError('PP4006', {
        at: `tensor ${dtype}[${resource.shape.join(', ')}]`,
        problem: 'it is disposed',
        fix: 'Read it before, or keep it',
      });
    return download(resource, dtype);
  },
  dispose: () => resource.dispose(),
});

/**
 * A tensor of TensorFlow.js as an input for models on `backend`. It stays the caller's: nothing is copied, and disposing
 * of either disposes of both.
 *
 * @throws PP4003 when TensorFlow.js has strings or complex numbers in it.
 */
export const fromTf = (backend: Backend, tensor: TfTensor, dtype = dtypeOf(tensor.dtype)): TfjsTensor =>
  deviceTensor(tensor, dtype, backend.name);
