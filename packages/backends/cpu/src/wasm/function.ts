import { encodeBody, noResult, writeInstruction } from './binary.ts';
import { Bytes } from './bytes.ts';
import { constantOf, type Effects, effects, i32, operand } from './expr.ts';
import { type Immediate, Index } from './immediates.ts';
import { AssemblyError, Names } from './names.ts';
import {
  type Arguments,
  type Block,
  type Code,
  type Expr,
  type Func,
  foreign,
  type Instruction,
  inner,
  type Label,
  type Local,
  type Operand,
  type ParamLocals,
  type Params,
  type Statement,
  variable,
} from './nodes.ts';
import { contextual, type ValueType } from './opcodes.ts';

/**
 * Writes the body of one function. Every method encodes statements there and then; the expressions in between do
 * nothing until a statement uses them.
 */
export class FunctionBuilder {
  /** What has been written so far; the statements only where the text is wanted. */
  readonly code: Code;
  /** The parameters, by name. */
  readonly params: ParamLocals<Params>;

  readonly i32: Effects<'i32'>;
  readonly i64: Effects<'i64'>;
  readonly f32: Effects<'f32'>;
  readonly f64: Effects<'f64'>;
  readonly v128: Effects<'v128'>;
  readonly memory: Effects<'memory'>;

  readonly #func: Func;
  readonly #text: boolean;
  readonly #out = new Bytes();
  readonly #locals: Local[] = [];
  readonly #localIds = new Names();
  readonly #labelIds = new Names();
  /** Of the innermost block. */
  #statements: Statement[] = [];
  /** The blocks around this place, the outermost first. */
  readonly #open: Label[] = [];
  #last = '';

  /** `text`: its statements are kept, and names made unique. */
  constructor(func: Func, text: boolean) {
    this.#func = func;
    this.#text = text;
    this.code = { locals: this.#locals, statements: this.#statements };
    const emit = (node: Instruction) => this.#emit(node);
    this.i32 = effects('i32', emit);
    this.i64 = effects('i64', emit);
    this.f32 = effects('f32', emit);
    this.f64 = effects('f64', emit);
    this.v128 = effects('v128', emit);
    this.memory = effects('memory', emit);
    const params = Object.entries(func.params).map(([name, type]) => [name, this.local(name, type)] as const);
    this.params = Object.fromEntries(params);
  }

  /** A new variable, zero when the function is entered. */
  local<T extends ValueType>(name: string, type: T): Local<T> {
    const index = this.#locals.length;
    const id = this.#text ? this.#localIds.unique(name) : name;
    const local = variable(this.code, id, index, type);
    this.#locals.push(local);
    return local;
  }

  /** Computes `value` now, once, into a new variable. */
  let<T extends ValueType>(name: string, value: Expr<T>): Local<T> {
    return this.set(this.local(name, value.result), value as Operand<T>);
  }

  /** Assigns, and gives the variable back for use in an expression. */
  set<T extends ValueType>(local: Local<T>, value: Operand<NoInfer<T>>): Local<T> {
    this.#check(local);
    const wanted = isOf(value, local.result) ? value : operand(value, local.result, `local.set $${local.id}`);
    this.#emit(contextNode('local.set', [wanted], local.immediate));
    return local;
  }

  /** Calls with arguments by name; the results arrive in new variables: `const [sum] = f.call(dot, { … })`. */
  call<P extends Params, R extends readonly ValueType[]>(
    func: Func<P, R>,
    args: Arguments<P>,
  ): { [I in keyof R]: Local<R[I]> } {
    if (func.owner !== this.#func.owner) throw new AssemblyError(`call: $${func.id} is in another module`);
    const operands: Expr[] = [];
    for (const name in func.params) operands.push(argument(func, name, args[name]));
    this.#emit(contextNode('call', operands, new Index(func.index, func.id)));
    const results = func.results.map((type) => this.local(`${func.id}.result`, type));
    for (const result of results.toReversed()) this.#emit(contextNode('local.set', [], result.immediate));
    return results as { [I in keyof R]: Local<R[I]> };
  }

  return(...values: (Expr | number | bigint)[]): void {
    const { results } = this.#func;
    if (values.length !== results.length)
      throw new AssemblyError(`return: expected ${results.length} values, got ${values.length}`);
    const operands = results.map((type, i) => operand(values[i], type, `return: operand ${i + 1}`));
    this.#emit(contextNode('return', operands));
  }

  unreachable(): void {
    this.#emit(contextNode('unreachable', []));
  }

  /** A line in the WAT text. Before the first statement, it describes the function. */
  comment(text: string): void {
    if (this.#text) this.#statements.push({ comment: text });
  }

  /** Code that a branch to its label leaves. */
  block(name: string, body: (label: Label) => void): void {
    this.#structure('block', name, body);
  }

  /** Code that a branch to its label repeats; it ends at its end, as in WebAssembly. */
  loop(name: string, body: (label: Label) => void): void {
    this.#structure('loop', name, body);
  }

  br(label: Label): void {
    this.#emit(contextNode('br', [], this.#target(label)));
  }

  br_if(label: Label, condition: Operand<'i32'>): void {
    this.#emit(contextNode('br_if', [operand(condition, 'i32', 'br_if: condition')], this.#target(label)));
  }

  if(condition: Operand<'i32'>, then: () => void, otherwise?: () => void): void {
    const test = operand(condition, 'i32', 'if: condition');
    this.#check(test);
    writeInstruction(this.#out, test);
    const label = { id: 'if' };
    this.#begin('if', label);
    const body = this.#nest(then);
    if (otherwise) this.#out.byte(contextual.else);
    const rest = otherwise && { otherwise: this.#nest(otherwise) };
    this.#end({ name: 'if', label, condition: test, body, ...rest });
  }

  /** Runs the body, then again for as long as the condition that it gave is nonzero. */
  doWhile(body: () => Operand<'i32'>, name = 'loop'): void {
    this.loop(name, (top) => this.br_if(top, body()));
  }

  /**
   * Counts from `from` by `step` while less than `to` (greater, if the step is negative; both signed). `to` is computed
   * once. The test is at the bottom; one at the entry is added unless constants show that the body runs.
   */
  for(
    counter: string | Local<'i32'>,
    from: Operand<'i32'>,
    to: Operand<'i32'>,
    step: number,
    body: (i: Local<'i32'>) => void,
  ): void {
    const i = typeof counter === 'string' ? this.local(counter, 'i32') : counter;
    if (!Number.isInteger(step) || step === 0)
      throw new AssemblyError(`for $${i.id}: step ${step} is not an integer other than 0`);
    const start = operand(from, 'i32', `for $${i.id}: from`);
    const limit = operand(to, 'i32', `for $${i.id}: to`);
    const [first, last] = [constantOf(start), constantOf(limit)];
    const end = last === undefined ? this.let(`${i.id}.end`, limit) : limit;
    this.set(i, start);
    const more = step > 0 ? i32.lt_s(i, end) : i32.gt_s(i, end);
    const loop = () => {
      this.doWhile(() => {
        body(i);
        this.set(i, i32.add(i, step));
        return more;
      }, i.id);
    };
    if (first === undefined || last === undefined) this.if(more, loop);
    else if (step > 0 ? first < last : first > last) loop();
  }

  /** The binary format of the function, when all of it is written. */
  encoded(): Uint8Array {
    const declared = this.#locals.slice(Object.keys(this.#func.params).length);
    return encodeBody(declared, this.#out);
  }

  /** What its last statement is called. */
  get last(): string {
    return this.#last;
  }

  #structure(name: 'block' | 'loop', labelName: string, body: (label: Label) => void): void {
    const label = { id: this.#text ? this.#labelIds.unique(labelName) : labelName };
    this.#begin(name, label);
    this.#end({ name, label, body: this.#nest(() => body(label)) });
  }

  #begin(name: Block['name'], label: Label): void {
    this.#out.byte(contextual[name]);
    this.#out.byte(noResult);
    this.#open.push(label);
  }

  #end(block: Block): void {
    this.#open.pop();
    this.#out.byte(contextual.end);
    this.#last = block.name;
    if (this.#text) this.#statements.push(block);
  }

  /** The statements that `write` writes. */
  #nest(write: () => void): readonly Statement[] {
    const statements = this.#statements;
    const body: Statement[] = [];
    this.#statements = body;
    write();
    this.#statements = statements;
    return body;
  }

  #target(label: Label): Immediate {
    const index = this.#open.lastIndexOf(label);
    if (index < 0) throw new AssemblyError(`br: the label $${label.id} is not around this place`);
    return new Index(this.#open.length - 1 - index, label.id);
  }

  #emit(node: Instruction): void {
    this.#check(node);
    writeInstruction(this.#out, node);
    this.#last = node.name;
    if (this.#text) this.#statements.push(node);
  }

  #check(node: Instruction): void {
    if (node.owner !== undefined && node.owner !== this.code) throw foreign(node, this.code);
  }
}

const contextNode = (name: keyof typeof contextual, operands: readonly Expr[], immediate?: Immediate) =>
  inner(name, contextual[name], 'none', operands, immediate);

/** Asked before `operand`, whose complaint takes time to spell. */
const isOf = <T extends ValueType>(value: unknown, type: T): value is Expr<T> =>
  typeof value === 'object' && value !== null && (value as Partial<Expr>).result === type;

function argument(func: Func, name: string, value: unknown): Expr {
  const type = func.params[name]!;
  return isOf(value, type) ? value : operand(value, type, `call $${func.id}: argument ${name}`);
}
