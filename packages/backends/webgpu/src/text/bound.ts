import type { Buffer } from '@polyphase/kernel';
import type { Shader } from './shader.ts';

export type BoundLanes = 1 | 2 | 4;

interface Place {
  readonly name: string;
  /** Of the array as it is declared. */
  readonly stored: BoundLanes;
  /** Of the accesses. */
  readonly lanes: BoundLanes;
  /** In elements. */
  readonly offset: number;
  readonly buffer: Buffer;
}

/** A buffer as a shader accesses it: elements are read and stored in the type that is computed in. */
export class Bound {
  readonly #shader: Shader;
  readonly #place: Place;

  constructor(shader: Shader, place: Place) {
    this.#shader = shader;
    this.#place = place;
  }

  /** The array's name in the text. */
  get name(): string {
    return this.#place.name;
  }

  /** The element, or vector, at an index as text: f32, i32, u32, bool, or two words. */
  at(index: string): string {
    const { buffer, lanes } = this.#place;
    const raw = this.#raw(index);
    if (buffer.dtype === 'bool') return `(${raw} != ${this.#vector('u32', '0u')})`;
    return this.#shader.storage(buffer) === 'f16'
      ? `${lanes === 1 ? 'f32' : `vec${lanes}<f32>`}(${raw})`
      : raw;
  }

  /** The statement that stores a value of that type. */
  store(index: string, value: string): string {
    return `${this.#raw(index)} = ${this.#stored(value)};`;
  }

  #stored(value: string): string {
    const { buffer, lanes } = this.#place;
    if (buffer.dtype === 'bool') return `${lanes === 1 ? 'u32' : `vec${lanes}<u32>`}(${value})`;
    if (this.#shader.storage(buffer) === 'f16')
      return `${lanes === 1 ? 'f16' : `vec${lanes}<f16>`}(${value})`;
    if (buffer.dtype !== 'float16') return value;
    const round = this.#shader.helper('round_to_f16');
    if (lanes === 1) return `${round}(${value})`;
    const parts = ['x', 'y', 'z', 'w'].slice(0, lanes).map((part) => `${round}((${value}).${part})`);
    return `vec${lanes}<f32>(${parts.join(', ')})`;
  }

  #vector(type: string, element: string): string {
    const { lanes } = this.#place;
    return lanes === 1 ? element : `vec${lanes}<${type}>(${element})`;
  }

  #raw(index: string): string {
    const { name, stored, lanes, offset } = this.#place;
    if (stored === lanes) return `${name}[${plus(index, offset / lanes)}]`;
    if (lanes !== 1) throw new Error(`${name} is bound by ${stored} elements, and read by ${lanes}`);
    const at = plus(index, offset);
    const bits = Math.log2(stored);
    return `${name}[u32(${at}) >> ${bits}u][u32(${at}) & ${stored - 1}u]`;
  }
}

const plus = (index: string, offset: number): string => (offset === 0 ? index : `${index} + ${offset}`);
