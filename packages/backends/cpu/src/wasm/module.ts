import { encodeModule } from './binary.ts';
import { FunctionBuilder } from './function.ts';
import { AssemblyError, Names } from './names.ts';
import type { Code, Func, MemoryLimits, Module, ParamLocals, Params } from './nodes.ts';
import type { ValueType } from './opcodes.ts';
import { printModule } from './wat.ts';

/** Writes what a function does. */
export type Body<P extends Params> = (f: FunctionBuilder, params: ParamLocals<P>) => void;

/** Builds a module of functions over one imported memory, in binary and in text. */
export class ModuleBuilder {
  #memory: MemoryLimits;
  readonly #imports: Func[] = [];
  readonly #functions: { func: Func; exports: string[]; body?: Uint8Array; code?: Code }[] = [];
  readonly #text: boolean;
  readonly #ids = new Names();
  readonly #exports = new Names();

  /** `text: false`: it will not be printed, and forgets what it has encoded. */
  constructor(memory: MemoryLimits, { text = true }: { readonly text?: boolean } = {}) {
    checkLimits(memory);
    this.#text = text;
    this.#memory = memory;
  }

  /** Other limits of the memory than those that the module was begun with. */
  limitMemory(memory: MemoryLimits): void {
    checkLimits(memory);
    this.#memory = memory;
  }

  /** A function of the host, `env.name`. All of them come before the first function of the module. */
  import<const P extends Params, const R extends readonly ValueType[]>(
    name: string,
    params: P,
    results: R,
  ): Func<P, R> {
    const id = this.#ids.unique(name);
    if (this.#functions.length > 0) throw new AssemblyError(`import $${id}: it comes after a function`);
    const func: Func<P, R> = { id, index: this.#imports.length, params, results, owner: this };
    this.#imports.push(func);
    return func;
  }

  /** Declares a function; without a body it can be called already, and `define` gives the body later. */
  func<const P extends Params, const R extends readonly ValueType[]>(
    name: string,
    params: P,
    results: R,
    body?: Body<P>,
  ): Func<P, R> {
    const id = this.#ids.unique(name);
    const index = this.#imports.length + this.#functions.length;
    const func: Func<P, R> = { id, index, params, results, owner: this };
    this.#functions.push({ func, exports: [] });
    if (body) this.define(func, body);
    return func;
  }

  /** Gives a declared function its body. */
  define<P extends Params>(func: Func<P>, body: Body<P>): void {
    const entry = this.#entry(func);
    if (entry.body) throw new AssemblyError(`function $${func.id} is defined already`);
    const builder = new FunctionBuilder(func, this.#text);
    within(func, () => {
      body(builder, builder.params as ParamLocals<P>);
      checkEnd(func, builder.last);
    });
    entry.body = builder.encoded();
    if (this.#text) entry.code = builder.code;
  }

  /** Makes a function visible to the host, and returns the name it has there: `name` made safe and unique. */
  export(func: Func, name: string = func.id): string {
    const exported = this.#exports.unique(name);
    this.#entry(func).exports.push(exported);
    return exported;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return encodeModule(this.#finished());
  }

  /** The same module as WebAssembly text. */
  toWat(): string {
    return printModule(this.#finished());
  }

  #entry(func: Func) {
    const entry = this.#functions[func.index - this.#imports.length];
    if (entry?.func !== func) throw new AssemblyError(`function $${func.id} is in another module`);
    return entry;
  }

  #finished(): Module {
    const functions = this.#functions.map(({ func, exports, body, code }) => {
      if (!body) throw new AssemblyError(`function $${func.id} is declared but not defined`);
      return { func, exports, body, code };
    });
    return { memory: this.#memory, imports: this.#imports, functions };
  }
}

function within(func: Func, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!(error instanceof AssemblyError)) throw error;
    throw new AssemblyError(`function $${func.id}: ${error.message}`, { cause: error });
  }
}

function checkEnd(func: Func, last: string): void {
  const leaves = last === 'return' || last === 'unreachable';
  if (func.results.length > 0 && !leaves)
    throw new AssemblyError(
      `it has results (${func.results.join(' ')}) and must end in return or unreachable`,
    );
}

const pageLimit = 65536;

function checkLimits({ minPages, maxPages, shared }: MemoryLimits): void {
  const max = maxPages ?? pageLimit;
  if (shared && maxPages === undefined) throw new AssemblyError('memory: a shared memory needs maxPages');
  const whole = Number.isInteger(minPages) && Number.isInteger(max);
  if (!whole || minPages < 0 || minPages > max || max > pageLimit)
    throw new AssemblyError(`memory: ${minPages} to ${max} pages is not a range within 0 to ${pageLimit}`);
}
