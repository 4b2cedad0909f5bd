/** Typed instruction functions, `f32x4.add(a, b)`: operands in stack order, then the immediate. */
import { encoderOf, type ImmediateArguments } from './immediates.ts';
import { AssemblyError } from './names.ts';
import { type Expr, type Instruction, inner, leaf, type Operand } from './nodes.ts';
import {
  contextual,
  type ImmediateKind,
  type InstructionTable,
  instructions,
  type Namespace,
  type Row,
  type ValueType,
} from './opcodes.ts';

type Words<S> = S extends `${infer Head} ${infer Tail}` ? [Head, ...Words<Tail>] : [S];
type ParamsOf<S> = S extends `${infer P} ->${string}` ? Words<P> : [];
type ResultOf<S> = S extends `${string}-> ${infer T}` ? T : 'none';
type Operands<P> = { [I in keyof P]: P[I] extends ValueType ? Operand<P[I]> : never };
type Immediates<K> = K extends ImmediateKind ? ImmediateArguments[K] : [];

type Entry<N, S, Names, K> = readonly [N, S, number, Names, K?];
/** The names in a row of the table, if the row is of the namespace and leaves such a result. */
type NamesIn<R, N, Result> =
  R extends Entry<N, infer S, infer Names, unknown>
    ? ResultOf<S> extends Result
      ? Words<Names>[number] & string
      : never
    : never;
type ArgumentsOf<R> =
  R extends Entry<string, infer S, string, infer K> ? [...Operands<ParamsOf<S>>, ...Immediates<K>] : never;
type ExprOf<R> = R extends Entry<string, infer S, string, unknown> ? Expr<ResultOf<S> & ValueType> : never;

/** The instructions of a namespace that leave a value. */
export type Values<N extends Namespace> = {
  readonly [R in InstructionTable as NamesIn<R, N, ValueType>]: (...args: ArgumentsOf<R>) => ExprOf<R>;
};
/** The instructions of a namespace that leave none: stores, copies and fills. */
export type Effects<N extends Namespace> = {
  readonly [R in InstructionTable as NamesIn<R, N, 'none'>]: (...args: ArgumentsOf<R>) => void;
};

function values<N extends Namespace>(namespace: N) {
  const rows = instructions.filter((row) => row.namespace === namespace && row.result !== 'none');
  return Object.fromEntries(rows.map((row) => [row.method, builderOf(row)])) as unknown as Values<N>;
}

type Builder = (a?: unknown, b?: unknown, c?: unknown, d?: unknown, e?: unknown) => Instruction;

/** Makes one row's nodes from operands and then what its immediate consists of, checking both. */
function builderOf(row: Row): Builder {
  const { name, code, result, params } = row;
  const [first, second, third] = params as readonly [ValueType, ValueType, ValueType];
  const [one, two, three] = row.places as readonly [string, string, string];
  const encode = encoderOf(row);
  const rule = folds[name];
  if (params.length === 0) return (a, b, c) => leaf(name, code, result, encode?.(a, b, c));
  if (params.length === 1)
    return (a, b, c, d) => inner(name, code, result, [operand(a, first, one)], encode?.(b, c, d));
  if (params.length === 2)
    return (a, b, c, d, e) => {
      const left = operand(a, first, one);
      const right = operand(b, second, two);
      const folded = rule && fold(rule, left, right);
      return folded ?? inner(name, code, result, [left, right], encode?.(c, d, e));
    };
  return (a, b, c, d, e) => {
    const operands = [operand(a, first, one), operand(b, second, two), operand(c, third, three)];
    return inner(name, code, result, operands, encode?.(d, e, undefined));
  };
}

/** The expression for an operand of the wanted type; `where` begins the complaint about any other. */
export function operand<T extends ValueType>(value: unknown, type: T, where: string): Expr<T> {
  if (typeof value === 'object' && value !== null && (value as Partial<Expr>).result === type)
    return value as Expr<T>;
  if (typeof value === 'number' && type !== 'i64' && type !== 'v128') return constant(type, value) as Expr<T>;
  if (typeof value === 'bigint' && type === 'i64') return i64.const(value) as Expr<T>;
  const got = value !== null && typeof value === 'object' && 'result' in value ? value.result : typeof value;
  throw new AssemblyError(`${where}: expected ${type}, got ${got}`);
}

const constant = (type: 'i32' | 'f32' | 'f64', value: number): Expr => ({ i32, f32, f64 })[type].const(value);

/** The value of an `i32.const`, undefined for any other expression. */
export const constantOf = (expr: Expr): number | undefined => expr.immediate?.value;

interface Rule {
  compute(a: number, b: number): number;
  /** What may be left out: on the right, and on the left where the operands may be exchanged. */
  readonly neutral: number;
  readonly commutes: boolean;
}

const folds: Partial<Record<string, Rule>> = {
  'i32.add': { compute: (a, b) => a + b, neutral: 0, commutes: true },
  'i32.sub': { compute: (a, b) => a - b, neutral: 0, commutes: false },
  'i32.mul': { compute: Math.imul, neutral: 1, commutes: true },
};

/** Address arithmetic of constants done now; x + 0, x - 0, x * 1 => x. */
function fold(rule: Rule, a: Expr, b: Expr): Expr | undefined {
  const left = constantOf(a);
  const right = constantOf(b);
  if (left !== undefined && right !== undefined) return i32.const(rule.compute(left, right) | 0);
  if (right === rule.neutral) return a;
  return left === rule.neutral && rule.commutes ? b : undefined;
}

/** Stores and the like: each one that is called for goes to `emit`. */
class Emitting {
  readonly emit: (node: Instruction) => void;

  constructor(emit: (node: Instruction) => void) {
    this.emit = emit;
  }
}

/** By namespace: every function that is written has all of them. */
const emitting = new Map<Namespace, typeof Emitting>();

for (const row of instructions) {
  const known = emitting.get(row.namespace) ?? class extends Emitting {};
  emitting.set(row.namespace, known);
  if (row.result !== 'none') continue;
  const build = builderOf(row);
  const method = function (this: Emitting, a?: unknown, b?: unknown, c?: unknown, d?: unknown, e?: unknown) {
    this.emit(build(a, b, c, d, e));
  };
  Object.defineProperty(known.prototype, row.method, { value: method });
}

/** The instructions of a namespace that leave nothing; `emit` receives each one that is called for. */
export const effects = <N extends Namespace>(namespace: N, emit: (node: Instruction) => void): Effects<N> =>
  new (emitting.get(namespace)!)(emit) as unknown as Effects<N>;

/** `condition` nonzero: the first value, else the second. Both are computed. */
export function select<T extends ValueType>(
  ifTrue: Expr<T>,
  ifFalse: Operand<NoInfer<T>>,
  condition: Operand<'i32'>,
): Expr<T> {
  const operands = [
    ifTrue,
    operand(ifFalse, ifTrue.result, 'select: operand 2'),
    operand(condition, 'i32', 'select: operand 3'),
  ];
  return inner('select', contextual.select, ifTrue.result, operands);
}

export const i32 = values('i32');
export const i64 = values('i64');
export const f32 = values('f32');
export const f64 = values('f64');
export const v128 = values('v128');
export const i8x16 = values('i8x16');
export const i16x8 = values('i16x8');
export const i32x4 = values('i32x4');
export const i64x2 = values('i64x2');
export const f32x4 = values('f32x4');
export const f64x2 = values('f64x2');
