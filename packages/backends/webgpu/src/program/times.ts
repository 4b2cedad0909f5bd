import type { Observe, Step } from '@polyphase/plugin';
import { usages } from '../tensors.ts';

/** Times of the steps of one run, by timestamps at the ends of their compute passes. */
export class Times {
  readonly #steps: readonly Step[];
  readonly #set: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #read: GPUBuffer;

  constructor(device: GPUDevice, steps: readonly Step[]) {
    this.#steps = steps;
    const size = steps.length * 16;
    this.#set = device.createQuerySet({ type: 'timestamp', count: steps.length * 2 });
    this.#resolved = device.createBuffer({ size, usage: usages.queryResolve | usages.copyFrom });
    this.#read = device.createBuffer({ size, usage: usages.mapRead | usages.copyTo });
  }

  /** The pass of a step. */
  pass(encoder: GPUCommandEncoder, step: number): GPUComputePassEncoder {
    const [begin, end] = [2 * step, 2 * step + 1];
    return encoder.beginComputePass({
      timestampWrites: { querySet: this.#set, beginningOfPassWriteIndex: begin, endOfPassWriteIndex: end },
    });
  }

  resolve(encoder: GPUCommandEncoder): void {
    const count = this.#steps.length * 2;
    encoder.resolveQuerySet(this.#set, 0, count, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#read, 0, count * 8);
  }

  async tell(observe: Observe): Promise<void> {
    await this.#read.mapAsync(1); // GPUMapMode.READ
    const nanoseconds = new BigInt64Array(this.#read.getMappedRange());
    for (const [i, step] of this.#steps.entries())
      observe(step, Math.max(Number(nanoseconds[2 * i + 1]! - nanoseconds[2 * i]!), 0) / 1e6);
  }

  destroy(): void {
    this.#set.destroy();
    this.#resolved.destroy();
    this.#read.destroy();
  }
}
