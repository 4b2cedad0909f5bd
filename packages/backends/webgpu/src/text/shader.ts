import type { Buffer } from '@polyphase/kernel';
import type { Storage } from '../storage.ts';
import type { Target } from '../target.ts';
import { Bound, type BoundLanes } from './bound.ts';
import { type HelperName, withHelpers } from './library/index.ts';
import { inComment, Names } from './names.ts';

/** Bytes that are made once, when a device asks for them: packed weights, tables. */
export interface Data {
  readonly bytes: number;
  fill(): ArrayBufferView<ArrayBuffer>;
}

/** What a binding of a shader is: a buffer of the program that lies in no other, or data. */
export type Resource =
  | { readonly kind: 'buffer'; readonly buffer: Buffer }
  | { readonly kind: 'data'; readonly data: Data };

export interface Binding {
  readonly resource: Resource;
  readonly access: 'read' | 'read_write';
}

/** A compute shader with what it is bound to. Pure data, so that it is tested without a device. */
export interface Dispatch {
  /** In reports: `loop`, `transposed convolution 4x4`. */
  readonly kernel: string;
  /** The whole module; its entry point is `main`. */
  readonly code: string;
  /** The code without names and comments of a model: equal for layers that are alike. */
  readonly key: string;
  /** In the order of their numbers in group 0. */
  readonly bindings: readonly Binding[];
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** How many times the error of plain sums its results may have. */
  readonly errorFactor?: number | undefined;
}

/** What shaders need to know of the program that they belong to. */
export interface ShaderContext {
  readonly target: Target;
  storage(buffer: Buffer): Storage;
  /** The buffer that it lies in, itself or another, and from which element on. */
  rootOf(buffer: Buffer): { readonly within: Buffer; readonly offset: number };
  /** Variants of contractions by the keys of their layers, as measured; what is not here is chosen by estimates. */
  readonly chosen?: ReadonlyMap<string, string> | undefined;
  /** Constants are only read. All else lies in one arena, of which a shader that stores to it can read nothing as `read`. */
  isConstant(buffer: Buffer): boolean;
}

export interface EntryPoint {
  readonly kernel: string;
  /** What it computes, for people: `up1 + relu1`. */
  readonly comment: string;
  readonly size: readonly [x: number, y: number, z: number];
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** Parameters of `main`, such as `@builtin(global_invocation_id) id: vec3<u32>`. */
  readonly parameters: readonly string[];
  readonly body: readonly string[];
  readonly errorFactor?: number | undefined;
}

interface Declared extends Binding {
  readonly name: string;
  readonly type: string;
}

/** A module in the making: what it binds, what it calls, and its own text. */
export class Shader {
  readonly context: ShaderContext;
  readonly names = new Names();
  readonly #declared: Declared[] = [];
  readonly #bound = new Map<Buffer, Declared & { readonly lanes: BoundLanes }>();
  readonly #helpers = new Set<HelperName>();
  readonly #code: string[] = [];

  constructor(context: ShaderContext) {
    this.context = context;
  }

  /** How the elements of a buffer are stored. */
  storage(buffer: Buffer): Storage {
    return this.context.storage(buffer);
  }

  /** Whether a buffer begins where a vector of its root does. */
  canBind(buffer: Buffer, lanes: BoundLanes): boolean {
    return this.context.rootOf(buffer).offset % lanes === 0;
  }

  /**
   * Access to a buffer, by default under its own name; indexes count vectors of `lanes` elements. A buffer that is bound
   * already keeps its vectors: single elements can be read out of them.
   */
  bind(buffer: Buffer, { name = buffer.name, lanes = 1 }: { name?: string; lanes?: BoundLanes } = {}): Bound {
    const { within, offset } = this.context.rootOf(buffer);
    const known = this.#bound.get(within) ?? this.#declareBuffer(within, name, lanes);
    return new Bound(this, { name: known.name, stored: known.lanes, lanes, offset, buffer });
  }

  #declareBuffer(buffer: Buffer, name: string, lanes: BoundLanes) {
    const storage = this.storage(buffer);
    const type = lanes === 1 ? storage : `vec${lanes}<${storage}>`;
    const access = this.context.isConstant(buffer) ? 'read' : 'read_write';
    const resource: Resource = { kind: 'buffer', buffer };
    const declared = { name: this.names.of(name), type, resource, access, lanes } as const;
    this.#declared.push(declared);
    this.#bound.set(buffer, declared);
    return declared;
  }

  /** The name of a buffer of whole numbers whose elements are changed by several invocations. */
  bindAtomic(buffer: Buffer): string {
    const name = this.names.of(buffer.name);
    const resource: Resource = { kind: 'buffer', buffer };
    this.#declared.push({ name, type: 'atomic<u32>', resource, access: 'read_write' });
    return name;
  }

  /** Binds data as an array of a WGSL type; its name in the text. */
  data(name: string, data: Data, type: string): string {
    const unique = this.names.of(name);
    this.#declared.push({ name: unique, type, resource: { kind: 'data', data }, access: 'read' });
    return unique;
  }

  /** The name of a function of the library, which is then part of the module. */
  helper(name: HelperName): HelperName {
    this.#helpers.add(name);
    return name;
  }

  /** Adds text at the module's level. */
  code(text: string): void {
    this.#code.push(text);
  }

  /** The module with its entry point. */
  dispatch({ kernel, comment, size, workgroups, parameters, body, errorFactor }: EntryPoint): Dispatch {
    const declarations = this.#declared.map(
      ({ name, type, access }, i) =>
        `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<${type}>;`,
    );
    const helpers = withHelpers(this.#helpers);
    const main = [
      `@compute @workgroup_size(${size.join(', ')})`,
      `fn main(${parameters.join(', ')}) {`,
      ...body.map((line) => (line === '' ? '' : `  ${line}`)),
      '}',
    ].join('\n');
    const text = [declarations.join('\n'), ...helpers, ...this.#code, main].join('\n\n');
    const enables = enablesOf(text);
    return {
      kernel,
      code: `// ${inComment(comment)}\n${enables}${text}\n`,
      key: `${enables}${this.#withoutNames(text)}`,
      bindings: this.#declared.map(({ resource, access }) => ({ resource, access })),
      workgroups,
      ...(errorFactor !== undefined && { errorFactor }),
    };
  }

  #withoutNames(text: string): string {
    const numbers = new Map<string, string>();
    const numbered = (word: string): string => {
      if (!this.names.has(word)) return word;
      const number = numbers.get(word) ?? `n${numbers.size}`;
      numbers.set(word, number);
      return number;
    };
    return text.replace(/\/\/.*$/gm, '').replace(/[A-Za-z_]\w*/g, numbered);
  }
}

/** The extensions that a module uses, each with a line of its own. */
function enablesOf(text: string): string {
  const used = [
    ...(/\bf16\b/.test(text) ? ['f16'] : []),
    ...(/\bsubgroup[A-Z]/.test(text) ? ['subgroups'] : []),
  ];
  return used.length > 0 ? `${used.map((name) => `enable ${name};`).join('\n')}\n\n` : '';
}
