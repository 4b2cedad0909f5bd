import type { Buffer } from '@polyphase/kernel';
import type { Step } from '@polyphase/plugin';
import type { HostName } from '../math/host.ts';
import { Library } from '../math/library.ts';
import { type Func, ModuleBuilder } from '../wasm/index.ts';

/** Bytes that are made once, at the place where they stay: packed weights, tables. */
export interface Data {
  readonly bytes: number;
  fill(memory: ArrayBuffer, address: number): void;
}

/** An address that is known once all sizes are. */
export type Place =
  | { readonly kind: 'buffer'; readonly buffer: Buffer; readonly offset?: number }
  | { readonly kind: 'data'; readonly data: Data }
  /** Memory that a step uses while it runs, `offset` bytes into what all steps share. */
  | { readonly kind: 'scratch'; readonly offset: number };

/**
 * A step of a program: calls of one function over `units` independent pieces of work, `grain` of them a call. The
 * function takes the first unit, the one after the last, then the addresses. V8 replaces a function by its optimised
 * form between calls only, so a call is kept short.
 */
export interface Task {
  readonly step: Step;
  readonly func: Func;
  readonly places: readonly Place[];
  readonly units: number;
  readonly grain: number;
  /** The units must run in order. */
  readonly ordered: boolean;
}

const alignment = 64;
export const align = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/** The module and the data of a program while its steps are written. */
export class Build {
  readonly module: ModuleBuilder;
  readonly library: Library;
  /** Whether fused multiply-adds may be used. */
  readonly relaxed: boolean;
  readonly tasks: Task[] = [];
  readonly data: Data[] = [];
  /** Bytes of scratch that the neediest step takes. */
  scratchBytes = 0;
  readonly #functions = new Map<string, Func>();

  constructor(host: Iterable<HostName>, relaxed: boolean) {
    this.module = new ModuleBuilder({ minPages: 0 });
    this.library = new Library(this.module, host);
    this.relaxed = relaxed;
  }

  /** The function of this key, written when it is asked for first. Equal keys must mean equal code. */
  once<F extends Func>(key: string, write: () => F): F {
    const known = this.#functions.get(key) as F | undefined;
    if (known) return known;
    const func = write();
    this.#functions.set(key, func);
    return func;
  }

  add(data: Data): Place {
    this.data.push(data);
    return { kind: 'data', data };
  }

  /** Places for parts of the scratch memory of one step, of these many bytes each. */
  scratch(sizes: readonly number[]): Place[] {
    let end = 0;
    const places = sizes.map((bytes): Place => {
      const offset = end;
      end += align(bytes);
      return { kind: 'scratch', offset };
    });
    this.scratchBytes = Math.max(this.scratchBytes, end);
    return places;
  }
}
