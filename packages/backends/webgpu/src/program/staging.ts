import { usages } from '../tensors.ts';

/** Buffers of one size that the host can map: each run in flight reads back through one of its own. */
export class Staging {
  readonly #device: GPUDevice;
  readonly #bytes: number;
  readonly #idle: GPUBuffer[] = [];
  readonly #all = new Set<GPUBuffer>();

  constructor(device: GPUDevice, bytes: number) {
    this.#device = device;
    this.#bytes = bytes;
  }

  take(): GPUBuffer {
    const idle = this.#idle.pop();
    if (idle) return idle;
    const buffer = this.#device.createBuffer({
      label: 'read back',
      size: this.#bytes,
      usage: usages.mapRead | usages.copyTo,
    });
    this.#all.add(buffer);
    return buffer;
  }

  /** The buffer's contents; it can be taken again once they are used. */
  async read<T>(buffer: GPUBuffer, use: (bytes: ArrayBuffer) => T): Promise<T> {
    await buffer.mapAsync(1); // GPUMapMode.READ
    const result = use(buffer.getMappedRange());
    buffer.unmap();
    this.#idle.push(buffer);
    return result;
  }

  destroy(): void {
    for (const buffer of this.#all) buffer.destroy();
  }
}
