import { type Expr, identityOf, type LoopVar, operandsOf, type ReduceName, visit } from '@polyphase/kernel';
import { convertText, narrowText } from './convert.ts';
import { binaryText, scalarText, unaryText } from './scalars/index.ts';
import type { Shader } from './shader.ts';
import { at, callText, type Term, whole } from './term.ts';

/** A block of statements, within some loops. */
interface Block {
  readonly lines: string[];
  readonly loops: ReadonlySet<LoopVar>;
  /** The expressions that have got a name in it. */
  readonly named: Expr[];
}

const totals: Readonly<Record<ReduceName, string>> = {
  sum: 'sum',
  prod: 'product',
  max: 'greatest',
  min: 'least',
};
const joins = { sum: 'add', prod: 'mul', max: 'max', min: 'min' } as const;

/** A reduction, its body written. */
export interface Fold {
  /** The variable that holds the result. */
  readonly total: string;
  readonly type: string;
  readonly identity: string;
  readonly loops: readonly { readonly name: string; readonly extent: number }[];
  /** Statements of one step, the last of which joins its value to the total. */
  readonly body: readonly string[];
  join(a: string, b: string): string;
}

export type FoldWriter = (fold: Fold) => readonly string[];

/** Step after step. */
const foldInLoops: FoldWriter = ({ total, identity, loops, body }) => [
  `var ${total} = ${identity};`,
  ...nested(
    loops.map(({ name, extent }) => loopHead(name, extent)),
    body,
  ),
];

/** What a named expression is called: a loaded element after its buffer, an index `at`. */
const nameFor = (e: Expr): string =>
  e.kind === 'load' ? `${e.buffer.name} at` : e.type === 'i32' ? 'at' : 't';

/**
 * Expressions as WGSL. What is used twice gets a name, and so does what a loop would compute again and again; the
 * statements that this takes stand in `lines`, before the text that uses them.
 */
export class ExprText {
  readonly lines: string[] = [];
  readonly #shader: Shader;
  readonly #given: ReadonlyMap<Expr | LoopVar, string>;
  readonly #outerFold: FoldWriter;
  readonly #blocks: Block[];
  readonly #uses = new Map<Expr, number>();
  readonly #seen = new Set<Expr>();
  readonly #names = new Map<Expr, string>();
  readonly #loopNames = new Map<LoopVar, string>();
  readonly #loopsIn = new Map<Expr, ReadonlySet<LoopVar>>();

  /**
   * `given`: names of expressions and loops that the text around declares; index loops are i32. `outerFold`
   * writes the reductions that stand in no other.
   */
  constructor(
    shader: Shader,
    given: ReadonlyMap<Expr | LoopVar, string> = new Map(),
    outerFold: FoldWriter = foldInLoops,
  ) {
    this.#shader = shader;
    this.#given = given;
    this.#outerFold = outerFold;
    this.#blocks = [{ lines: this.lines, loops: new Set(), named: [] }];
  }

  /** The value as text; operands of operators ask for a level. */
  value(e: Expr, least = 0): string {
    this.#count(e);
    return at(this.#term(e), least);
  }

  /** Counts the uses in all expressions that are asked for together. */
  expect(roots: readonly Expr[]): void {
    for (const e of roots) {
      this.#count(e);
      this.#uses.set(e, (this.#uses.get(e) ?? 0) + 1);
    }
  }

  #count(root: Expr): void {
    if (this.#seen.has(root)) return;
    visit(
      [root],
      (e) => {
        for (const x of operandsOf(e)) this.#uses.set(x, (this.#uses.get(x) ?? 0) + 1);
      },
      this.#seen,
    );
  }

  #term(e: Expr): Term {
    const known = this.#given.get(e) ?? this.#names.get(e);
    if (known !== undefined) return whole(known);
    if (e.kind === 'const') return scalarText(e.type).literal(e.value)([], this.#shader);
    if (e.kind === 'var') return whole(this.#given.get(e.loop) ?? this.#loopNames.get(e.loop)!);
    const home = this.#homeOf(e);
    if (e.kind === 'reduce') return this.#reduction(e, home);
    if (!this.#needsName(e, home)) return this.#definition(e);
    return this.#name(e, home);
  }

  /** Writes a `let` where all that the expression depends on is known. */
  #name(e: Expr, home: Block): Term {
    const inner = this.#blocks.splice(this.#blocks.indexOf(home) + 1);
    const { text } = this.#definition(e);
    this.#blocks.push(...inner);
    const name = this.#shader.names.of(nameFor(e));
    home.lines.push(`let ${name} = ${text};`);
    return this.#enter(e, name, home);
  }

  #enter(e: Expr, name: string, home: Block): Term {
    this.#names.set(e, name);
    home.named.push(e);
    return whole(name);
  }

  /** The innermost block with a loop that the expression depends on. */
  #homeOf(e: Expr): Block {
    const loops = this.#loopsOf(e);
    return (
      this.#blocks.findLast((block) => [...block.loops].some((loop) => loops.has(loop))) ?? this.#blocks[0]!
    );
  }

  #loopsOf(e: Expr): ReadonlySet<LoopVar> {
    const known = this.#loopsIn.get(e);
    if (known) return known;
    const loops = new Set(operandsOf(e).flatMap((x) => [...this.#loopsOf(x)]));
    if (e.kind === 'var') loops.add(e.loop);
    if (e.kind === 'reduce') for (const loop of e.loops) loops.delete(loop);
    this.#loopsIn.set(e, loops);
    return loops;
  }

  #needsName(e: Expr, home: Block): boolean {
    if ((this.#uses.get(e) ?? 0) > 1) return true;
    const isHoisted = home !== this.#blocks.at(-1);
    return isHoisted && e.type !== 'i32' && e.type !== 'bool';
  }

  #definition(e: Expr): Term {
    const shader = this.#shader;
    const operands = e.kind === 'load' ? [] : operandsOf(e).map((x) => this.#term(x));
    switch (e.kind) {
      case 'load':
        return whole(shader.bind(e.buffer).at(this.#term(e.index).text));
      case 'unary':
        return unaryText(e.op, e.type)(operands, shader);
      case 'binary':
        return binaryText(e.op, e.type)(this.#protected(e, operands), shader);
      case 'compare':
        return this.#comparison(e, operands);
      case 'select':
        return callText('select', [operands[2]!, operands[1]!, operands[0]!]);
      case 'convert':
        return convertText(e.type, e.x.type)(operands, shader);
      case 'narrow':
        return narrowText(e.dtype)(operands, shader);
      default:
        return this.#term(e);
    }
  }

  /** Compilers may add up the constants of (x + c) - d: what x + c is rounded to would be lost. */
  #protected(e: Expr & { kind: 'binary' }, operands: readonly Term[]): readonly Term[] {
    if (e.type !== 'f32' || !isSum(e)) return operands;
    const [a, b] = [isSumWithConstant(e.a), isSumWithConstant(e.b)];
    const isAtRisk = (a && e.b.kind === 'const') || (b && e.a.kind === 'const');
    if (!isAtRisk) return operands;
    const kept = (term: Term): Term => callText(this.#shader.helper('kept'), [term]);
    return [a ? kept(operands[0]!) : operands[0]!, b ? kept(operands[1]!) : operands[1]!];
  }

  /** Whether something is NaN is asked of its bits: a compiler may take x != x for false. */
  #comparison(e: Expr & { kind: 'compare' }, operands: readonly Term[]): Term {
    if (e.a === e.b && e.a.type === 'f32' && e.op === 'ne')
      return callText(this.#shader.helper('is_nan'), [operands[0]!]);
    return scalarText(e.a.type).compare[e.op](operands, this.#shader);
  }

  #reduction(e: Expr & { kind: 'reduce' }, home: Block): Term {
    const outer = this.#blocks.splice(this.#blocks.indexOf(home) + 1);
    const total = this.#shader.names.of(totals[e.op]);
    const identity = this.#term(identityOf(e.op, e.type)).text;
    const body: Block = { lines: [], loops: new Set(e.loops), named: [] };
    for (const loop of e.loops) this.#loopNames.set(loop, this.#shader.names.of(loop.name));
    this.#blocks.push(body);
    const term = this.#term(e.body);
    this.#blocks.pop();
    for (const inner of body.named) this.#names.delete(inner);
    const fold: Fold = {
      total,
      type: scalarText(e.type).type,
      identity,
      loops: e.loops.map((loop) => ({ name: this.#loopNames.get(loop)!, extent: loop.extent })),
      body: [...body.lines, this.#joined(e, total, term)],
      join: (a, b) => binaryText(joins[e.op], e.type)([whole(a), whole(b)], this.#shader).text,
    };
    home.lines.push(...(home === this.#blocks[0] ? this.#outerFold : foldInLoops)(fold));
    this.#blocks.push(...outer);
    return this.#enter(e, total, home);
  }

  #joined({ op, type }: Expr & { kind: 'reduce' }, total: string, term: Term): string {
    const isPlain = (op === 'sum' || op === 'prod') && (type === 'f32' || type === 'i32' || type === 'u32');
    if (isPlain) return `${total} ${op === 'sum' ? '+=' : '*='} ${term.text};`;
    return `${total} = ${binaryText(joins[op], type)([whole(total), term], this.#shader).text};`;
  }
}

const isSum = (e: Expr): e is Expr & { kind: 'binary' } =>
  e.kind === 'binary' && (e.op === 'add' || e.op === 'sub');
const isSumWithConstant = (e: Expr): boolean => isSum(e) && (e.a.kind === 'const' || e.b.kind === 'const');

export const loopHead = (name: string, extent: number): string =>
  `for (var ${name} = 0; ${name} < ${extent}; ${name}++) {`;

/** Statements inside loops. */
export function nested(heads: readonly string[], body: readonly string[]): readonly string[] {
  const [head, ...inner] = heads;
  if (head === undefined) return body;
  return [head, ...indented(nested(inner, body)), '}'];
}

export const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);
