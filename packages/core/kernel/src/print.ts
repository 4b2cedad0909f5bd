import type { BinaryName, Buffer, CompareName, Expr, LoopKernel, LoopVar } from './expr.ts';
import type { ContractionStep, KernelProgram, LoopStep } from './program.ts';
import { operandsOf, visit } from './walk.ts';

/** Kernels as text for people. Loads are written `x[index]`, reductions `sum(r < 8: body)`. */

const infix: Readonly<Partial<Record<BinaryName, readonly [sign: string, level: number]>>> = {
  or: ['|', 1],
  xor: ['^', 2],
  and: ['&', 3],
  shl: ['<<', 5],
  shr: ['>>', 5],
  add: ['+', 6],
  sub: ['-', 6],
  mul: ['*', 7],
  div: ['/', 7],
  mod: ['%', 7],
};
const comparisons: Readonly<Record<CompareName, string>> = {
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
};
const compareLevel = 4;

type Name = (thing: Buffer | LoopVar) => string;

/** Names things apart: of two with one name the second becomes `name~2`. */
function namer(): Name {
  const names = new Map<object, string>();
  const uses = new Map<string, number>();
  return (thing) => {
    const known = names.get(thing);
    if (known !== undefined) return known;
    const count = (uses.get(thing.name) ?? 0) + 1;
    uses.set(thing.name, count);
    const name = count === 1 ? thing.name : `${thing.name}~${count}`;
    names.set(thing, name);
    return name;
  };
}

function shortNumber(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(7)));
}

/** Expressions under names that stand for shared subtrees. */
class Printer {
  readonly #name: Name;
  readonly #locals: ReadonlyMap<Expr, string>;

  constructor(name: Name, locals: ReadonlyMap<Expr, string>) {
    this.#name = name;
    this.#locals = locals;
  }

  text(e: Expr, level = 0): string {
    return this.#locals.get(e) ?? this.definition(e, level);
  }

  /** The expression itself, also if it has a name. */
  definition(e: Expr, level = 0): string {
    switch (e.kind) {
      case 'const':
        return e.type === 'bool' ? String(e.value !== 0) : shortNumber(e.value);
      case 'var':
        return this.#name(e.loop);
      case 'load':
        return `${this.#name(e.buffer)}[${this.text(e.index)}]`;
      case 'unary':
        return `${e.op}(${this.text(e.x)})`;
      case 'binary':
        return this.#binary(e, level);
      case 'compare':
        return this.#infix(comparisons[e.op], compareLevel, e.a, e.b, level);
      case 'select':
        return `select(${[e.condition, e.a, e.b].map((x) => this.text(x)).join(', ')})`;
      case 'convert':
        return `${e.type}(${this.text(e.x)})`;
      case 'narrow':
        return `${e.dtype}(${this.text(e.x)})`;
      case 'reduce': {
        const loops = e.loops.map((loop) => `${this.#name(loop)} < ${loop.extent}`).join(', ');
        return `${e.op}(${loops}: ${this.text(e.body)})`;
      }
    }
  }

  #binary(e: Expr & { kind: 'binary' }, level: number): string {
    const sign = infix[e.op];
    return sign ? this.#infix(...sign, e.a, e.b, level) : `${e.op}(${this.text(e.a)}, ${this.text(e.b)})`;
  }

  #infix(sign: string, own: number, a: Expr, b: Expr, level: number): string {
    const text = `${this.text(a, own)} ${sign} ${this.text(b, own + 1)}`;
    return own < level ? `(${text})` : text;
  }
}

export const printExpr = (e: Expr): string => new Printer(namer(), new Map()).text(e);

/** Shared subtrees that are worth a name: no leaves, nothing inside a reduction, no plain index arithmetic. */
function sharedIn(roots: readonly Expr[]): readonly Expr[] {
  const uses = new Map<Expr, number>();
  const bound = new Set<LoopVar>();
  visit(roots, (e) => {
    for (const x of operandsOf(e)) uses.set(x, (uses.get(x) ?? 0) + 1);
    if (e.kind === 'reduce') for (const loop of e.loops) bound.add(loop);
  });
  const inside = new Set<Expr>();
  const shared: Expr[] = [];
  visit(roots, (e) => {
    const isBound = e.kind === 'var' && bound.has(e.loop);
    if (e.kind !== 'reduce' && (isBound || operandsOf(e).some((x) => inside.has(x)))) inside.add(e);
    const isLeaf = e.kind === 'const' || e.kind === 'var' || e.type === 'i32';
    if (!isLeaf && !inside.has(e) && (uses.get(e) ?? 0) > 1) shared.push(e);
  });
  return shared;
}

/** A kernel as a loop nest. */
export function printKernel(kernel: LoopKernel): string {
  const name = namer();
  const { index, value, combine, loops, target } = kernel;
  const locals = new Map(sharedIn([index, value]).map((e, i) => [e, `t${i}`]));
  const printer = new Printer(name, locals);
  const head =
    loops.length > 0 ? `for ${loops.map((loop) => `${name(loop)} < ${loop.extent}`).join(', ')}` : 'once';
  const lines = [...locals].map(([e, local]) => `  ${local} = ${printer.definition(e)}`);
  const sign = combine ? `${combine}=` : '=';
  return [
    `${head}  # ${kernel.name}`,
    ...lines,
    `  ${name(target)}[${printer.text(index)}] ${sign} ${printer.text(value)}`,
  ].join('\n');
}

function printContraction({ node, inputs, output, epilogue }: ContractionStep): string {
  const name = namer();
  const operands = inputs.map((buffer) => (buffer ? name(buffer) : '_')).join(', ');
  const head = `${name(output)} = ${node.op}(${operands})  # ${node.name}`;
  if (!epilogue) return head;
  const locals = new Map<Expr, string>([[epilogue.sum, 'sum']]);
  for (const e of sharedIn([epilogue.value])) if (e !== epilogue.sum) locals.set(e, `t${locals.size - 1}`);
  const printer = new Printer(name, locals);
  const lets = [...locals].slice(1).map(([e, local]) => `  ${local} = ${printer.definition(e)}`);
  const loops = epilogue.loops.map((loop) => `${name(loop)} < ${loop.extent}`).join(', ');
  return [head, `  for ${loops}`, ...lets, `  ${printer.text(epilogue.value)}`].join('\n');
}

export const printStep = (step: LoopStep | ContractionStep): string =>
  step.kind === 'loop' ? printKernel(step.kernel) : printContraction(step);

export const printProgram = ({ steps }: KernelProgram): string => steps.map(printStep).join('\n');
