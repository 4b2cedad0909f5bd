import type { Buffer } from '@polyphase/kernel';
import type { Step } from '@polyphase/plugin';
import type { Choice } from '../families/family.ts';
import type { HostName } from '../math/host.ts';
import { Library } from '../math/library.ts';
import { type Func, ModuleBuilder } from '../wasm/index.ts';
import type { Packing } from './packing.ts';

/** Bytes that are made once, at the place where they stay: tables, and packed weights. */
export type Data = Filled | Packing;

/** Bytes that JavaScript writes. */
export interface Filled {
  readonly bytes: number;
  fill(memory: ArrayBuffer, address: number): void;
}

/** An address that is known once all sizes are. */
export type Place =
  | { readonly kind: 'buffer'; readonly buffer: Buffer; readonly offset?: number }
  | { readonly kind: 'data'; readonly data: Data }
  /** Memory that a thread uses during one call, `offset` bytes into what it has. */
  | { readonly kind: 'scratch'; readonly offset: number }
  /** Memory that the tasks of a step use, `offset` bytes into what all threads see. */
  | { readonly kind: 'shared'; readonly offset: number }
  /** No address: a number that is passed on. */
  | { readonly kind: 'number'; readonly value: number };

/**
 * A step of a program, or one of several that come one after the other: calls of one function over `units` independent
 * pieces of work, about `grain` of them a call. The function takes the first unit, the one after the last, then the
 * addresses. Units run in any order, on any thread, cut anywhere, unless they are `ordered`. V8 replaces a function by
 * its optimised form between calls only, so a call is kept short.
 */
export interface Task {
  readonly step: Step;
  readonly func: Func;
  readonly places: readonly Place[];
  readonly units: number;
  readonly grain: number;
  /** The units must run in order. */
  readonly ordered: boolean;
  /** About how many microseconds all units take one thread; default: 100 for each `grain` of them. */
  readonly work?: number;
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
  /** Those of the data that functions of the module make. */
  readonly packings: Packing[] = [];
  /** Bytes that the neediest step takes: for each thread, and once for all. */
  scratchBytes = 0;
  sharedBytes = 0;
  /** Tasks that call JavaScript. */
  readonly hosted = new Set<Task>();
  readonly #functions = new Map<string, Func>();

  /** How contractions are computed. */
  readonly choice: Choice;

  /** `text: false`: its module will not be printed. */
  constructor(host: Iterable<HostName>, choice: Choice, text = true) {
    this.module = new ModuleBuilder({ minPages: 0 }, { text });
    this.library = new Library(this.module, host, choice.relaxed);
    this.relaxed = choice.relaxed;
    this.choice = choice;
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
    if ('func' in data) this.packings.push(data);
    return { kind: 'data', data };
  }

  /** Places of these many bytes each that a call may use; nothing in them outlives it. Asked for once a step. */
  scratch(sizes: readonly number[]): Place[] {
    const { places, bytes } = sideBySide('scratch', sizes);
    this.scratchBytes = Math.max(this.scratchBytes, bytes);
    return places;
  }

  /** Places of these many bytes each that all tasks of a step share, on all threads. Asked for once a step. */
  shared(sizes: readonly number[]): Place[] {
    const { places, bytes } = sideBySide('shared', sizes);
    this.sharedBytes = Math.max(this.sharedBytes, bytes);
    return places;
  }
}

function sideBySide(kind: 'scratch' | 'shared', sizes: readonly number[]) {
  let bytes = 0;
  const places = sizes.map((size): Place => {
    const offset = bytes;
    bytes += align(size);
    return { kind, offset };
  });
  return { places, bytes };
}
