import { dtypes } from '@polyphase/ir';
import {
  type BinaryName,
  type Buffer,
  type Expr,
  freeLoops,
  type Linear,
  type LoopVar,
  linearOf,
  rangeOf,
  type Scalar,
} from '@polyphase/kernel';
import type { Common, Node, Place, Repeat } from './nodes.ts';

/** What makes one kind of node differ from another. */
type Own<N extends Node> = N extends Node ? Omit<N, keyof Common> : never;

const nothing: ReadonlySet<LoopVar> = new Set();

function union(nodes: readonly Node[]): ReadonlySet<LoopVar> {
  const [only, ...others] = nodes.filter(({ free }) => free.size > 0);
  return others.length === 0 ? (only?.free ?? nothing) : new Set(nodes.flatMap(({ free }) => [...free]));
}

/**
 * Turns expressions into nodes. Loops that lie further out come first in `loops`; an address is summed up in their
 * order, so that each loop adds what it contributes to a sum that stands still inside of it.
 */
export class Dag {
  /** Buffers in the order of their first appearance. */
  readonly buffers: Buffer[] = [];
  readonly #nodes = new Map<string, Node>();
  readonly #known = new Map<Expr, Node>();
  readonly #depths: Map<LoopVar, number>;
  readonly #sum: Expr | undefined;
  /** Float constants, when their values are no part of the code. */
  readonly #pool: Node[] | undefined;

  /** With a `sum`, the expressions are an epilogue, and float constants are taken from a `pool` in memory. */
  constructor(loops: readonly LoopVar[], sum?: Expr) {
    this.#depths = new Map(loops.map((loop, depth) => [loop, depth]));
    this.#sum = sum;
    this.#pool = sum && [];
  }

  /** The float32 constants of an epilogue, in the order of their first appearance. */
  get pool(): readonly Node[] {
    return this.#pool ?? [];
  }

  /** The text that is equal for kernels which differ in their buffers' and loops' names only. */
  get key(): string {
    const loops = [...this.#depths.keys()].map(({ extent }) => extent);
    return [loops.join(), ...this.#nodes.keys()].join('\n');
  }

  /** How many times nodes are computed, each once for every step of the loops that it depends on; at least one a step. */
  evaluations(loops: readonly LoopVar[]): number {
    const steps = (free: Iterable<LoopVar>) => [...free].reduce((all, { extent }) => all * extent, 1);
    return [...this.#nodes.values()].reduce((all, { free }) => all + steps(free), steps(loops));
  }

  /** The node of an expression that something outside of all expressions refers to. */
  root(e: Expr): Node {
    const node = this.#node(e);
    node.uses++;
    return node;
  }

  place(buffer: Buffer, index: Expr): Place {
    const place = this.#place(buffer, index);
    place.address.uses++;
    return place;
  }

  #node(e: Expr): Node {
    const known = this.#known.get(e);
    if (known) return known;
    const node = e === this.#sum ? this.#make('sum', e.type, [], { kind: 'sum' }) : this.#fromExpr(e);
    this.#known.set(e, node);
    return node;
  }

  #fromExpr(e: Expr): Node {
    switch (e.kind) {
      case 'const':
        return this.#constant(e.type, e.value);
      case 'var':
        return this.#variable(e.loop);
      case 'load': {
        const place = this.#place(e.buffer, e.index);
        return this.#make(`load ${place.dtype} ${place.offset}`, e.type, [place.address], {
          kind: 'load',
          ...place,
        });
      }
      case 'unary': {
        const x = this.#node(e.x);
        return this.#make(`unary ${e.op} ${x.type}`, e.type, [x], { kind: 'unary', op: e.op, x });
      }
      case 'convert': {
        const x = this.#node(e.x);
        return this.#make(`convert ${e.type} ${x.type}`, e.type, [x], { kind: 'convert', x });
      }
      case 'narrow': {
        const x = this.#node(e.x);
        return this.#make(`narrow ${e.dtype}`, e.type, [x], { kind: 'narrow', dtype: e.dtype, x });
      }
      case 'binary':
        return this.#binary(e.op, e.type, this.#node(e.a), this.#node(e.b), dividendOf(e));
      case 'compare': {
        const [a, b] = [this.#node(e.a), this.#node(e.b)];
        return this.#make(`compare ${e.op} ${a.type}`, 'bool', [a, b], { kind: 'compare', op: e.op, a, b });
      }
      case 'select': {
        const [condition, a, b] = [this.#node(e.condition), this.#node(e.a), this.#node(e.b)];
        return this.#make('select', e.type, [condition, a, b], { kind: 'select', condition, a, b });
      }
      case 'reduce': {
        const depths = e.loops.map((loop) => this.#depth(loop));
        const body = this.#node(e.body);
        const fields = { kind: 'reduce', op: e.op, loops: e.loops, body } as const;
        return this.#make(`reduce ${e.op} ${depths.join()}`, e.type, [body], fields);
      }
    }
  }

  #constant(type: Scalar, value: number): Node {
    const text = Object.is(value, -0) ? '-0' : `${value}`;
    if (!this.#pool || type !== 'f32' || Number.isNaN(value))
      return this.#make(`const ${type} ${text}`, type, [], { kind: 'const', value });
    const known = this.#pool.find((node) => node.kind === 'const' && Object.is(node.value, value));
    if (known) return known;
    const node = this.#make(`const #${this.#pool.length}`, type, [], { kind: 'const', value });
    this.#pool.push(node);
    return node;
  }

  #variable = (loop: LoopVar): Node =>
    this.#make(`var ${this.#depth(loop)}`, 'i32', [], { kind: 'var', loop });

  #binary(op: BinaryName, type: Scalar, a: Node, b: Node, most?: number): Node {
    const isSquare = op === 'pow' && b.kind === 'const' && b.value === 2;
    if (isSquare) return this.#binary('mul', type, a, a);
    const own = { kind: 'binary', op, a, b, ...(most !== undefined && { most }) } as const;
    return this.#make(`binary ${op} ${type}`, type, [a, b], own);
  }

  /** Position in the nest; the loops of a reduction are met before anything that stands inside of it. */
  #depth(loop: LoopVar): number {
    const depth = this.#depths.get(loop) ?? this.#depths.size;
    this.#depths.set(loop, depth);
    return depth;
  }

  #base(buffer: Buffer): Node {
    if (!this.buffers.includes(buffer)) this.buffers.push(buffer);
    return this.#make(`base ${this.buffers.indexOf(buffer)}`, 'i32', [], { kind: 'base', buffer });
  }

  #place(buffer: Buffer, index: Expr): Place {
    const { bytes } = dtypes[buffer.dtype];
    const form = linearOf(index);
    // An offset of an instruction is added without wrapping, so what it is added to must not be before the buffer.
    const rises = form.base >= 0 && form.terms.every(({ atom, coef }) => coef > 0 && rangeOf(atom).lo >= 0);
    const terms = form.terms.map(({ atom, coef }) => ({ node: this.#node(atom), step: coef * bytes }));
    terms.sort((a, b) => this.#innermost(a.node) - this.#innermost(b.node));
    let address = this.#base(buffer);
    if (!rises && form.base !== 0) address = this.#plus(address, this.#constant('i32', form.base * bytes));
    for (const { node, step } of terms) address = this.#plus(address, this.#times(node, step));
    return {
      buffer,
      dtype: buffer.dtype,
      address,
      offset: rises ? form.base * bytes : 0,
      base: form.base * bytes,
      ...movement(form, bytes),
    };
  }

  #innermost = ({ free }: Node): number => Math.max(-1, ...[...free].map((loop) => this.#depth(loop)));

  #plus = (a: Node, b: Node): Node => this.#binary('add', 'i32', a, b);

  #times = (node: Node, factor: number): Node =>
    factor === 1 ? node : this.#binary('mul', 'i32', node, this.#constant('i32', factor));

  #make(text: string, type: Scalar, operands: readonly Node[], own: Own<Node>): Node {
    const key = [text, ...operands.map(({ id }) => id)].join(' ');
    const known = this.#nodes.get(key);
    if (known) return known;
    for (const operand of operands) operand.uses++;
    const free = own.kind === 'sum' ? new Set(this.#depths.keys()) : freeLoopsOf(own, operands);
    const node = { id: this.#nodes.size, type, free, uses: 0, ...own } as Node;
    this.#nodes.set(key, node);
    return node;
  }
}

function freeLoopsOf(own: Own<Node>, operands: readonly Node[]): ReadonlySet<LoopVar> {
  if (own.kind === 'var') return new Set([own.loop]);
  const inside = union(operands);
  return own.kind === 'reduce' ? new Set([...inside].filter((loop) => !own.loops.includes(loop))) : inside;
}

/** How an address moves along loops: which of them its terms depend on, and how. */
function movement({ terms }: Linear, bytes: number): Pick<Place, 'strides' | 'repeats' | 'irregular'> {
  const strides = new Map<LoopVar, number>();
  const repeats = new Map<LoopVar, Repeat>();
  const seen = new Set<LoopVar>();
  const irregular = new Set<LoopVar>();
  for (const { atom, coef } of terms) {
    const repeat = repeatOf(atom);
    if (atom.kind === 'var') strides.set(atom.loop, coef * bytes);
    else if (repeat) repeats.set(repeat.loop, { steps: repeat.steps, bytes: coef * bytes });
    for (const loop of freeLoops(atom)) {
      const other = atom.kind !== 'var' && repeat?.loop !== loop;
      if (other || seen.has(loop)) irregular.add(loop);
      seen.add(loop);
    }
  }
  return { strides, repeats, irregular };
}

/** Of (loop + a multiple of steps) / steps, for 2 or 4 steps. */
function repeatOf(atom: Expr): { readonly loop: LoopVar; readonly steps: number } | undefined {
  if (atom.kind !== 'binary' || atom.op !== 'div' || atom.b.kind !== 'const' || rangeOf(atom.a).lo < 0)
    return undefined;
  const steps = atom.b.value;
  const { base, terms } = linearOf(atom.a);
  const [only, ...others] = terms.filter(({ coef }) => coef % steps !== 0);
  const whole = base % steps === 0 && others.length === 0 && only?.coef === 1 && only.atom.kind === 'var';
  return whole && (steps === 2 || steps === 4) ? { loop: only.atom.loop, steps } : undefined;
}

/** The greatest value of what an expression divides, if that is never negative and the divisor is a positive number. */
function dividendOf(e: Expr & { kind: 'binary' }): number | undefined {
  const divides =
    (e.op === 'div' || e.op === 'mod') && e.type === 'i32' && e.b.kind === 'const' && e.b.value > 0;
  return divides && rangeOf(e.a).lo >= 0 ? rangeOf(e.a).hi : undefined;
}
