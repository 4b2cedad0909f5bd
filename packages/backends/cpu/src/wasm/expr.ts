/** Typed instruction functions, `f32x4.add(a, b)`: operands in stack order, then the immediate. */
import { encodeImmediate, type ImmediateArguments } from './immediates.ts';
import { AssemblyError } from './names.ts';
import type { Expr, Instruction, Operand } from './nodes.ts';
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
  const rows = rowsOf(namespace).filter((row) => row.result !== 'none');
  return methods(rows, (row, args) => fold(instruction(row, args))) as unknown as Values<N>;
}

/** Stores and the like; `emit` receives each one that is called for. */
export function effects<N extends Namespace>(namespace: N, emit: (node: Instruction) => void) {
  const rows = effectRows.get(namespace) ?? [];
  return methods(rows, (row, args) => emit(instruction(row, args))) as unknown as Effects<N>;
}

const rowsOf = (namespace: Namespace) => instructions.filter((row) => row.namespace === namespace);

/** By namespace: every function that is written asks for them. */
const effectRows = new Map<Namespace, readonly Row[]>(
  instructions.map(({ namespace }) => [
    namespace,
    rowsOf(namespace).filter(({ result }) => result === 'none'),
  ]),
);

const methods = (rows: readonly Row[], call: (row: Row, args: readonly unknown[]) => unknown) =>
  Object.fromEntries(rows.map((row) => [row.method, (...args: unknown[]) => call(row, args)]));

/** Builds one row's node from its operands and immediate, checking both. */
function instruction(row: Row, args: readonly unknown[]): Instruction {
  const { name, code, params, result, places, immediate } = row;
  const operands = params.map((type, i) => operand(args[i], type, places[i]!));
  const immediates = encodeImmediate(row, immediate ? args.slice(params.length) : args);
  return { name, code, result, operands, immediates };
}

/** The expression for an operand of the wanted type; `where` begins the complaint about any other. */
export function operand<T extends ValueType>(value: unknown, type: T, where: string): Expr<T> {
  if (typeof value === 'number' && type !== 'i64' && type !== 'v128') return constant(type, value) as Expr<T>;
  if (typeof value === 'bigint' && type === 'i64') return i64.const(value) as Expr<T>;
  const got = value !== null && typeof value === 'object' && 'result' in value ? value.result : typeof value;
  if (got !== type) throw new AssemblyError(`${where}: expected ${type}, got ${got}`);
  return value as Expr<T>;
}

const constant = (type: 'i32' | 'f32' | 'f64', value: number): Expr => ({ i32, f32, f64 })[type].const(value);

/** The value of an `i32.const`, undefined for any other expression. */
export const constantOf = (expr: Expr): number | undefined =>
  expr.name === 'i32.const' ? expr.immediates[0]?.value : undefined;

const folds: Partial<Record<string, { compute: (a: number, b: number) => number; neutral: number }>> = {
  'i32.add': { compute: (a, b) => a + b, neutral: 0 },
  'i32.sub': { compute: (a, b) => a - b, neutral: 0 },
  'i32.mul': { compute: Math.imul, neutral: 1 },
};

/** Address arithmetic of constants done now; x + 0, x - 0, x * 1 => x. */
function fold(node: Instruction): Instruction {
  const rule = folds[node.name];
  const [a, b] = node.operands;
  if (!rule || !a || !b) return node;
  const [left, right] = [constantOf(a), constantOf(b)];
  if (left !== undefined && right !== undefined) return i32.const(rule.compute(left, right) | 0);
  if (right === rule.neutral) return a;
  return left === rule.neutral && node.name !== 'i32.sub' ? b : node;
}

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
  return { name: 'select', code: contextual.select, result: ifTrue.result, operands, immediates: [] };
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
