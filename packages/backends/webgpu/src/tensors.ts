import { type DType, PolyphaseError, type StaticType, sizeOf, type Tensor } from '@polyphase/ir';
import type { DeviceTensor } from '@polyphase/plugin';
import { failureOf } from './device/loss.ts';
import { copyBytes, decode, type Storage } from './storage.ts';

/** A tensor in a buffer of a device. Its elements lie in `resource` from its beginning, as `storage` says. */
export type GpuTensor = DeviceTensor<GPUBuffer>;

interface Stored {
  readonly type: StaticType;
  readonly storage: Storage;
  readonly buffer: GPUBuffer;
}

/** A tensor in a buffer that belongs to it. */
export class BufferTensor implements GpuTensor {
  readonly device = 'webgpu';
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly storage: Storage;
  /** The device that the buffer is of. */
  readonly owner: GPUDevice;
  #buffer: GPUBuffer | undefined;
  readonly #isOwned: boolean;

  constructor(owner: GPUDevice, { type, storage, buffer }: Stored, isOwned: boolean) {
    this.owner = owner;
    this.dtype = type.dtype;
    this.shape = type.shape;
    this.storage = storage;
    this.#buffer = buffer;
    this.#isOwned = isOwned;
  }

  /** @throws PP4006 once it is disposed. */
  get resource(): GPUBuffer {
    if (this.#buffer) return this.#buffer;
    throw new PolyphaseError('PP4006', {
      at: `a tensor of shape [${this.shape.join(', ')}] on the webgpu backend`,
      problem: 'it has been disposed',
      fix: 'Read it, or use it as an input, before that',
    });
  }

  /** @throws PP4008 when the device is lost. */
  async read(): Promise<Tensor> {
    const { resource, owner: device, dtype, shape, storage } = this;
    const size = sizeOf(shape);
    const bytes = copyBytes(size, storage);
    const staging = device.createBuffer({ size: bytes, usage: usages.mapRead | usages.copyTo });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(resource, 0, staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    try {
      await staging.mapAsync(1); // GPUMapMode.READ
      return { dtype, shape, data: decode(dtype, staging.getMappedRange(), size, storage) } as Tensor;
    } catch (cause) {
      throw await failureOf(device, 'a tensor', cause);
    } finally {
      staging.destroy();
    }
  }

  dispose(): void {
    if (this.#isOwned) this.#buffer?.destroy();
    this.#buffer = undefined;
  }
}

/** GPUBufferUsage, which Node has only once Dawn is loaded. */
export const usages = { mapRead: 1, copyFrom: 4, copyTo: 8, storage: 128, queryResolve: 512 } as const;
