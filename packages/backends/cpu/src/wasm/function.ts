import { unsigned } from './encoding.ts';
import { constantOf, type Effects, effects, i32, operand } from './expr.ts';
import type { Immediate } from './immediates.ts';
import { AssemblyError, Names } from './names.ts';
import type {
  Arguments,
  Block,
  Code,
  Expr,
  Func,
  Instruction,
  Label,
  Local,
  Operand,
  ParamLocals,
  Params,
  Statement,
} from './nodes.ts';
import { contextual, type ValueType } from './opcodes.ts';

/**
 * Writes the body of one function. Every method appends statements there and then; the expressions in between do
 * nothing until a statement uses them.
 */
export class FunctionBuilder {
  /** What has been written so far. */
  readonly code: Code;
  /** The parameters, by name. */
  readonly params: ParamLocals<Params>;

  readonly i32: Effects<'i32'> = effects('i32', (node) => this.#emit(node));
  readonly i64: Effects<'i64'> = effects('i64', (node) => this.#emit(node));
  readonly f32: Effects<'f32'> = effects('f32', (node) => this.#emit(node));
  readonly f64: Effects<'f64'> = effects('f64', (node) => this.#emit(node));
  readonly v128: Effects<'v128'> = effects('v128', (node) => this.#emit(node));
  readonly memory: Effects<'memory'> = effects('memory', (node) => this.#emit(node));

  readonly #func: Func;
  readonly #locals: Local[] = [];
  readonly #localIds = new Names();
  readonly #labelIds = new Names();
  #statements: Statement[] = [];
  #open: readonly Label[] = [];

  constructor(func: Func) {
    this.#func = func;
    this.code = { locals: this.#locals, statements: this.#statements };
    const params = Object.entries(func.params).map(([name, type]) => [name, this.local(name, type)] as const);
    this.params = Object.fromEntries(params);
  }

  /** A new variable, zero when the function is entered. */
  local<T extends ValueType>(name: string, type: T): Local<T> {
    const index = this.#locals.length;
    const id = this.#localIds.unique(name);
    const local: Local<T> = {
      name: 'local.get',
      code: contextual['local.get'],
      result: type,
      operands: [],
      immediates: [{ bytes: unsigned(index), text: `$${id}` }],
      id,
      index,
      owner: this.code,
    };
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
    const operands = [operand(value, local.result, `local.set $${local.id}`)];
    this.#emit(contextNode('local.set', operands, ...local.immediates));
    return local;
  }

  /** Calls with arguments by name; the results arrive in new variables: `const [sum] = f.call(dot, { … })`. */
  call<P extends Params, R extends readonly ValueType[]>(
    func: Func<P, R>,
    args: Arguments<P>,
  ): { [I in keyof R]: Local<R[I]> } {
    if (func.owner !== this.#func.owner) throw new AssemblyError(`call: $${func.id} is in another module`);
    const operands = Object.entries(func.params).map(([name, type]) =>
      operand(args[name], type, `call $${func.id}: argument ${name}`),
    );
    this.#emit(contextNode('call', operands, { bytes: unsigned(func.index), text: `$${func.id}` }));
    const results = func.results.map((type) => this.local(`${func.id}.result`, type));
    for (const result of results.toReversed()) this.#emit(contextNode('local.set', [], ...result.immediates));
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
    this.#statements.push({ comment: text });
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
    const label = { id: 'if' };
    const body = this.#nest(label, then);
    const rest = otherwise && { otherwise: this.#nest(label, otherwise) };
    this.#statements.push({ name: 'if', label, condition: test, body, ...rest });
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

  #structure(name: Block['name'], labelName: string, body: (label: Label) => void): void {
    const label = { id: this.#labelIds.unique(labelName) };
    this.#statements.push({ name, label, body: this.#nest(label, () => body(label)) });
  }

  #nest(label: Label, write: () => void): Statement[] {
    const [statements, open] = [this.#statements, this.#open];
    const body: Statement[] = [];
    this.#statements = body;
    this.#open = [label, ...open];
    write();
    this.#statements = statements;
    this.#open = open;
    return body;
  }

  #target(label: Label): Immediate {
    const depth = this.#open.indexOf(label);
    if (depth < 0) throw new AssemblyError(`br: the label $${label.id} is not around this place`);
    return { bytes: unsigned(depth), text: `$${label.id}` };
  }

  #emit(node: Instruction): void {
    this.#check(node);
    this.#statements.push(node);
  }

  #check(node: Instruction): void {
    if ('owner' in node && node.owner !== this.code)
      throw new AssemblyError(`${node.immediates[0]?.text} is a local of another function`);
    for (const inner of node.operands) this.#check(inner);
  }
}

function contextNode(
  name: keyof typeof contextual,
  operands: readonly Expr[],
  ...immediates: readonly Immediate[]
) {
  return { name, code: contextual[name], result: 'none', operands, immediates } as const;
}
