/** A module as data: functions, their statements, the expressions in them. The encoder and the printer read it. */
import { type Immediate, Index } from './immediates.ts';
import { AssemblyError } from './names.ts';
import { contextual, type ValueType } from './opcodes.ts';

/** An instruction with its operands. Immutable. */
export interface Instruction<R extends ValueType | 'none' = ValueType | 'none'> {
  readonly name: string;
  readonly code: number;
  readonly result: R;
  readonly operands: readonly Expr[];
  readonly immediate: Immediate | undefined;
  /** The code that the locals in it belong to; undefined where it has none. */
  readonly owner: Code | undefined;
}

/**
 * An instruction that leaves a value and changes nothing. It is code, not a value: it runs where a statement uses it,
 * once for each use, and sees the locals and the memory of that moment. `f.let` turns it into a value.
 */
export type Expr<T extends ValueType = ValueType> = Instruction<T>;

const noOperands: readonly Expr[] = [];

/** An instruction of no operands. */
export const leaf = <R extends ValueType | 'none'>(
  name: string,
  code: number,
  result: R,
  immediate?: Immediate,
): Instruction<R> => ({ name, code, result, operands: noOperands, immediate, owner: undefined });

/** An instruction over operands, all of whose locals are of one function. */
export function inner<R extends ValueType | 'none'>(
  name: string,
  code: number,
  result: R,
  operands: readonly Expr[],
  immediate?: Immediate,
): Instruction<R> {
  let owner: Code | undefined;
  for (let i = 0; i < operands.length; i++) {
    const other = operands[i]!.owner;
    if (other === undefined || other === owner) continue;
    if (owner !== undefined) throw foreign(operands[i]!, owner);
    owner = other;
  }
  return { name, code, result, operands, immediate, owner };
}

/** A variable of a function. */
export const variable = <T extends ValueType>(owner: Code, id: string, index: number, type: T): Local<T> => ({
  name: 'local.get',
  code: contextual['local.get'],
  result: type,
  operands: noOperands,
  immediate: new Index(index, id),
  owner,
  id,
  index,
});

/** The complaint about a local in `node` that is not of `code`. */
export function foreign(node: Instruction, code: Code): AssemblyError {
  const inside = node.operands.find(({ owner }) => owner !== undefined && owner !== code);
  if (inside) return foreign(inside, code);
  return new AssemblyError(`${node.immediate?.text} is a local of another function`);
}

/** An expression, or a number that becomes a constant of the type wanted. */
export type Operand<T extends ValueType = ValueType> =
  | Expr<T>
  | (T extends 'v128' ? never : T extends 'i64' ? bigint : number);

/** A variable of one function. As an expression it is its own `local.get`. */
export interface Local<T extends ValueType = ValueType> extends Expr<T> {
  readonly id: string;
  readonly index: number;
  readonly owner: Code;
}

/** Where a branch goes: the end of a block, the start of a loop. */
export interface Label {
  readonly id: string;
}

/** A structured instruction; `otherwise` is the else arm of an `if`. */
export interface Block {
  readonly name: 'block' | 'loop' | 'if';
  readonly label: Label;
  readonly condition?: Expr<'i32'>;
  readonly body: readonly Statement[];
  readonly otherwise?: readonly Statement[];
}

/** A line of explanation, seen in the text only. */
export interface Comment {
  readonly comment: string;
}

export type Statement = Instruction | Block | Comment;

/** What is inside a function: locals, the first of which are its parameters, and statements. */
export interface Code {
  readonly locals: readonly Local[];
  readonly statements: readonly Statement[];
}

export type Params = Readonly<Record<string, ValueType>>;

/** A function of a module, known before its body is. */
export interface Func<P extends Params = Params, R extends readonly ValueType[] = readonly ValueType[]> {
  /** The name in text, stack traces and profiles. */
  readonly id: string;
  readonly index: number;
  readonly params: P;
  readonly results: R;
  /** The module it belongs to. */
  readonly owner: object;
}

/** Arguments by the names of the parameters. */
export type Arguments<P extends Params> = { readonly [K in keyof P]: Operand<P[K]> };
/** The parameters as the body sees them. */
export type ParamLocals<P extends Params> = { readonly [K in keyof P]: Local<P[K]> };

/** Limits of the memory that the host passes in as `env.memory`, in pages of 64 KiB. */
export interface MemoryLimits {
  readonly minPages: number;
  readonly maxPages?: number;
  /** For several threads; needs `maxPages`. */
  readonly shared?: boolean;
}

export interface Definition {
  readonly func: Func;
  /** In the binary format. */
  readonly body: Uint8Array;
  /** The same as statements, where the text is wanted. */
  readonly code?: Code | undefined;
  /** The names by which the host sees it. */
  readonly exports: readonly string[];
}

export interface Module {
  readonly memory: MemoryLimits;
  /** Functions of the host; their indices come before those of `functions`. */
  readonly imports: readonly Func[];
  readonly functions: readonly Definition[];
}
