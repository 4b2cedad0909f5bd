import type { Graph, Tensor, Value } from '@polyphase/ir';
import { type AnyTensor, type Backend, type DeviceTensor, isDeviceTensor } from '@polyphase/plugin';
import { onRegion } from './region-failure.ts';
import type { CompiledRegion } from './regions.ts';

/** A tensor on the device of the region that made it. */
interface Owned {
  readonly tensor: DeviceTensor;
  readonly region: CompiledRegion;
}

/** The values of one run and where they lie. What regions leave on their devices belongs to the run until it is handed over. */
export class RunValues {
  readonly #tensors = new Map<Value, AnyTensor>();
  readonly #copies = new Map<Value, Promise<Tensor>>();
  readonly #owned = new Map<Value, Owned>();

  constructor(graph: Graph, inputs: Readonly<Record<string, AnyTensor>>) {
    for (const value of graph.inputs) this.#tensors.set(value, inputs[value.name]!);
  }

  add(value: Value, tensor: AnyTensor, region: CompiledRegion): void {
    this.#tensors.set(value, tensor);
    if (isDeviceTensor(tensor)) this.#owned.set(value, { tensor, region });
  }

  /** The value as it lies. */
  get(value: Value): AnyTensor {
    return this.#tensors.get(value) ?? value.constant!;
  }

  /** The value for a region of a backend: as it is where it lies there, else from the host. */
  async for({ name }: Backend, value: Value): Promise<AnyTensor> {
    const tensor = this.get(value);
    return isDeviceTensor(tensor) && tensor.device !== name ? this.onHost(value) : tensor;
  }

  /** The value on the host, copied once. */
  async onHost(value: Value): Promise<Tensor> {
    const tensor = this.get(value);
    if (!isDeviceTensor(tensor)) return tensor;
    const owned = this.#owned.get(value);
    const copy =
      this.#copies.get(value) ?? (owned ? onRegion(owned.region, () => tensor.read()) : tensor.read());
    this.#copies.set(value, copy);
    return copy;
  }

  /** Leaves a value to the caller. */
  handOver(value: Value): void {
    this.#owned.delete(value);
  }

  /** Gives back what the run owns of these values. */
  release(values: Iterable<Value>): void {
    for (const value of values) {
      this.#owned.get(value)?.tensor.dispose();
      this.#owned.delete(value);
    }
  }

  releaseAll(): void {
    this.release([...this.#owned.keys()]);
  }
}
