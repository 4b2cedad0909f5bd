import { type ErrorCode, PolyphaseError } from './errors.ts';
import type { Node, Origin, StaticType, TensorType, Value } from './graph.ts';
import { place, staticType } from './graph.ts';
import type { Dense } from './tensor.ts';

/** The positions begin <= i < end along one axis. */
export type Interval = readonly [begin: number, end: number];

type OptionalName<K extends string> = K extends `${infer Name}?` ? Name : never;
type VariadicName<K extends string> = K extends `...${infer Name}` ? Name : never;
type RequiredName<K extends string> = K extends `${string}?` | `...${string}` ? never : K;

/** Operands by name: `['x', 'bias?']` -> `{ x: T; bias?: T | undefined }`, `['...xs']` -> `{ xs: readonly T[] }`. */
export type Operands<K extends string, T> = { readonly [N in RequiredName<K>]: T } & {
  readonly [N in OptionalName<K>]?: T | undefined;
} & { readonly [N in VariadicName<K>]: readonly T[] };

type OneOrMore<T> = T | readonly T[];

/** What the author of an operation writes: one file that holds every fact about it. */
export interface OpDefinition<K extends string, A extends object> {
  readonly name: string;
  /** `name` required, `name?` optional, `...names` any number, last. */
  readonly inputs: readonly K[];
  readonly defaults?: Partial<A>;
  /** The shape rule: checks operands and attributes, then gives the type of each output. */
  infer(operands: Operands<K, Value>, attributes: A): OneOrMore<TensorType>;
  /** The definition, in float64: slow and obvious. Its answer is rounded to the output's type afterwards. */
  define(
    operands: Operands<K, Dense>,
    attributes: A,
    outputs: readonly StaticType[],
  ): OneOrMore<Float64Array>;
  /** How many products (or other rounded operations) are summed into one output at most. Default 1. */
  terms?(operands: Operands<K, StaticType>, attributes: A): number;
  /** What an interval of the first output along each axis reads of each operand; undefined: all of it. */
  reads?(
    region: readonly Interval[],
    operands: Operands<K, StaticType>,
    attributes: A,
  ): Partial<Operands<K, readonly Interval[]>>;
}

/** An operation with its operands in order, as graphs hold them. */
export interface Op<K extends string = string, A extends object = object> {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly defaults: Partial<A>;
  infer(inputs: readonly (Value | undefined)[], attributes: A): readonly TensorType[];
  define(
    inputs: readonly (Dense | undefined)[],
    attributes: A,
    outputs: readonly StaticType[],
  ): readonly Float64Array[];
  terms(inputs: readonly (Value | undefined)[], attributes: A): number;
  reads(
    region: readonly Interval[],
    inputs: readonly (Value | undefined)[],
    attributes: A,
  ): readonly (readonly Interval[] | undefined)[];
  /** Carries the names of the operands for `make`. */
  readonly operandNames?: K;
}

/** The name in the spelling of an operand: `x` of `x`, `x?` and `...x`. */
export function operandName(spec: string): string {
  if (spec.endsWith('?')) return spec.slice(0, -1);
  return spec.startsWith('...') ? spec.slice(3) : spec;
}

const listOf = <T>(items: OneOrMore<T>): readonly T[] => (Array.isArray(items) ? items : [items as T]);

/** Operands in the order of an operation's inputs as the record that its definition takes. */
export function byName<T>(
  specs: readonly string[],
  items: readonly (T | undefined)[],
): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const [i, spec] of specs.entries())
    record[operandName(spec)] = spec.startsWith('...') ? items.slice(i) : items[i];
  return record;
}

function inOrder<T>(
  specs: readonly string[],
  record: Record<string, T | readonly T[] | undefined>,
): (T | undefined)[] {
  return specs.flatMap((spec) => {
    const item = record[operandName(spec)];
    return spec.startsWith('...') ? [...((item ?? []) as readonly T[])] : [item as T | undefined];
  });
}

/** `defineOp<Attributes>()({ ... })`: the attributes are named, the operands are read off the definition. */
export const defineOp =
  <A extends object = object>() =>
  <const K extends string>(definition: OpDefinition<K, A>): Op<K, A> => {
    const { name, inputs, defaults = {}, infer, define, terms, reads } = definition;
    const named = <T>(items: readonly (T | undefined)[]) =>
      byName(inputs, items) as unknown as Operands<K, T>;
    const types = (values: readonly (Value | undefined)[]) =>
      named(values.map((v) => v && staticType(v.type)));
    return {
      name,
      inputs,
      defaults: defaults as Partial<A>,
      infer(values, attributes) {
        checkOperands(name, inputs, values);
        return listOf(infer.call(definition, named(values), attributes));
      },
      define: (dense, attributes, outputs) =>
        listOf(define.call(definition, named(dense), attributes, outputs)),
      terms: (values, attributes) => terms?.call(definition, types(values), attributes) ?? 1,
      reads(region, values, attributes) {
        if (!reads) return values.map(() => undefined);
        const record = reads.call(definition, region, types(values), attributes);
        return inOrder<readonly Interval[]>(
          inputs,
          record as Record<string, readonly Interval[] | undefined>,
        );
      },
    };
  };

function checkOperands(name: string, specs: readonly string[], values: readonly (Value | undefined)[]): void {
  const variadic = specs.at(-1)?.startsWith('...') ?? false;
  need(variadic || values.length <= specs.length, 'PP2001', () => [
    `${name} takes ${specs.length} operands (${specs.map(operandName).join(', ')}), ${values.length} are given`,
    'Remove the surplus ones',
  ]);
  for (const [i, spec] of specs.entries()) {
    const given = spec.startsWith('...')
      ? values.length > i && values.slice(i).every(Boolean)
      : values[i] !== undefined;
    need(spec.endsWith('?') || given, 'PP2001', () => [
      `the operand ${operandName(spec)} of ${name} is missing`,
      `Give ${specs.map(operandName).join(', ')}`,
    ]);
  }
}

/** Throws from inside an op file, which cannot name the layer; `make` puts the layer's name into `at`. */
export function reject(code: ErrorCode, problem: string, fix: string): never {
  throw new PolyphaseError(code, { at: 'layer', problem, fix });
}

/** Rejects unless `ok`: `[problem, fix]`, without full stops. */
export function need(
  ok: boolean,
  code: ErrorCode,
  detail: () => readonly [problem: string, fix: string],
): asserts ok {
  if (!ok) reject(code, ...detail());
}

export interface MakeOptions {
  /** The layer's name in errors, traces and placement. */
  readonly name: string;
  /** Names of the outputs; default: the layer's name, then `name:1`, `name:2`... */
  readonly outputs?: readonly string[];
  readonly origin?: Origin;
}

type Given<K extends string> = Operands<K, Value>;

/**
 * A node of `op`, its outputs typed by the shape rule.
 *
 * @throws the shape rule's errors, with the layer's name.
 */
export function make<K extends string, A extends object>(
  op: Op<K, A>,
  operands: NoInfer<Given<K>>,
  attributes: NoInfer<Partial<A>>,
  options: MakeOptions,
): Node<A> {
  const inputs = inOrder<Value>(
    op.inputs,
    operands as unknown as Record<string, Value | readonly Value[] | undefined>,
  );
  return makeNode(op as unknown as Op<string, A>, inputs, attributes, options);
}

/** `make` for operands in order: passes and importers that handle any operation. */
export function makeNode<A extends object>(
  op: Op<string, A>,
  inputs: readonly (Value | undefined)[],
  attributes: Partial<A>,
  { name, outputs, origin }: MakeOptions,
): Node<A> {
  const all = { ...op.defaults, ...attributes } as A;
  const operands = withoutTrailingGaps(inputs);
  const types = inNode({ name, op: op.name }, () => op.infer(operands, all));
  const values = types.map(
    (type, i): Value => ({ name: outputs?.[i] || (i === 0 ? name : `${name}:${i}`), type }),
  );
  const node = { name, op: op.name, inputs: operands, outputs: values, attributes: all };
  return origin ? { ...node, origin } : node;
}

function withoutTrailingGaps<T>(items: readonly (T | undefined)[]): readonly (T | undefined)[] {
  let end = items.length;
  while (end > 0 && items[end - 1] === undefined) end--;
  return items.slice(0, end);
}

/** Runs `body`; an error that a rule of the node raises leaves with the node's name. */
export function inNode<T>(node: { readonly name: string; readonly op: string }, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof PolyphaseError) || error.at !== 'layer') throw error;
    const { code, problem, fix, cause } = error;
    throw new PolyphaseError(code, { at: place(node), problem, fix, cause });
  }
}

/** The first output, which every node has. */
export const outputOf = (node: Node): Value => node.outputs[0]!;

/** Narrows a node to one operation: `if (isOp(node, convTranspose)) node.attributes.stride`. */
export const isOp = <A extends object>(node: Node, op: Op<string, A>): node is Node<A> => node.op === op.name;
