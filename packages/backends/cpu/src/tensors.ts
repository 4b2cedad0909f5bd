/** Tensors in a program's memory. */
import { type DType, dtypes, PolyphaseError, type StaticType, type Tensor } from '@polyphase/ir';
import type { DeviceTensor } from '@polyphase/plugin';

/** The elements of a tensor where they lie. */
export type Elements = Tensor['data'];

/** A tensor in a program's memory. Its `resource` is the memory itself, to be read, or written to before a run. */
export type CpuTensor = DeviceTensor<Elements>;

/** Where a tensor lies. */
export interface Slot {
  readonly type: StaticType;
  readonly address: number;
}

/** The elements of a slot, where they lie. */
export function viewOf({ buffer }: WebAssembly.Memory, { type, address }: Slot): Elements {
  const { array } = dtypes[type.dtype];
  return new array(
    buffer,
    address,
    type.shape.reduce((all, length) => all * length, 1),
  );
}

/** Elements that are copied at once: of longer stretches, the C library's copy leaves less in the caches. */
const copiedAtOnce = 65536;

/** Copies elements of one type. */
export function copyElements(to: Elements, from: Elements): void {
  if (from.length <= 2 * copiedAtOnce) to.set(from as never);
  else
    for (let at = 0; at < from.length; at += copiedAtOnce)
      to.set(from.subarray(at, at + copiedAtOnce) as never, at);
}

export const copyOf = (type: StaticType, elements: Elements): Tensor =>
  ({ ...type, data: copied(type.dtype, elements) }) as Tensor;

/** Node's memory that is not cleared first: clearing takes as long as copying, or longer. */
type Uncleared = { allocUnsafeSlow(bytes: number): { readonly buffer: ArrayBuffer } };

function copied(dtype: DType, elements: Elements): Elements {
  const { Buffer: uncleared } = globalThis as { Buffer?: Uncleared };
  if (!uncleared || elements.length === 0) return elements.slice();
  const { array } = dtypes[dtype];
  const copy = new array(uncleared.allocUnsafeSlow(elements.byteLength).buffer);
  copyElements(copy, elements);
  return copy;
}

/** A tensor that stays in its program's memory for as long as `isValid` says so. */
export class MemoryTensor implements CpuTensor {
  readonly device = 'cpu';
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly #type: StaticType;
  readonly #isValid: () => boolean;
  #elements: Elements | undefined;

  constructor(memory: WebAssembly.Memory, slot: Slot, isValid: () => boolean) {
    this.#type = slot.type;
    this.dtype = slot.type.dtype;
    this.shape = slot.type.shape;
    this.#elements = viewOf(memory, slot);
    this.#isValid = isValid;
  }

  /** @throws PP4006 once other data may be there. */
  get resource(): Elements {
    if (!this.#elements || !this.#isValid()) throw gone(this.shape);
    return this.#elements;
  }

  async read(): Promise<Tensor> {
    return copyOf(this.#type, this.resource);
  }

  dispose(): void {
    this.#elements = undefined;
  }
}

const gone = (shape: readonly number[]): PolyphaseError =>
  new PolyphaseError('PP4006', {
    at: `a tensor of shape [${shape.join(', ')}] on the cpu backend`,
    problem: 'it has been disposed, or its program has run again or been disposed since',
    fix: 'Read it, or use it as an input, before that',
  });
