import type { Buffer, Expr, LoopVar } from './expr.ts';
import { operandsOf } from './walk.ts';

/** The expression around other operands of the same structure. */
function around(e: Expr, operands: readonly Expr[]): Expr {
  if (operandsOf(e).every((x, i) => x === operands[i])) return e;
  const [a, b, c] = operands as [Expr, Expr, Expr];
  switch (e.kind) {
    case 'const':
    case 'var':
      return e;
    case 'load':
      return { ...e, index: a };
    case 'unary':
    case 'convert':
    case 'narrow':
      return { ...e, x: a };
    case 'binary':
    case 'compare':
      return { ...e, a, b };
    case 'select':
      return { ...e, condition: a, a: b, b: c };
    case 'reduce':
      return { ...e, body: a };
  }
}

/** Gives equal things one object: expressions of one structure become the same expression. */
export class Sharing {
  readonly #numbers = new Map<object, number>();
  readonly #canonical = new Map<string, Expr>();
  readonly #shared = new Map<Expr, Expr>();

  /** The one object for all expressions of this structure that were given so far. */
  share(e: Expr): Expr {
    const found = this.#shared.get(e);
    if (found) return found;
    const operands = operandsOf(e).map((x) => this.share(x));
    const key = this.#key(e, operands);
    const known = this.#canonical.get(key);
    const result = known ?? around(e, operands);
    if (!known) this.#canonical.set(key, result);
    this.#shared.set(e, result);
    this.#shared.set(result, result);
    return result;
  }

  #number(thing: Expr | Buffer | LoopVar): number {
    const known = this.#numbers.get(thing);
    if (known !== undefined) return known;
    this.#numbers.set(thing, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  /** Equal for expressions of one kind whose own data and operands are equal. */
  #key(e: Expr, operands: readonly Expr[]): string {
    let key = `${e.kind} ${e.type} ${this.#own(e)}`;
    for (const x of operands) key += ` ${this.#number(x)}`;
    return key;
  }

  #own(e: Expr): string | number {
    switch (e.kind) {
      case 'const':
        return Object.is(e.value, -0) ? '-0' : e.value;
      case 'var':
        return this.#number(e.loop);
      case 'load':
        return this.#number(e.buffer);
      case 'unary':
      case 'binary':
      case 'compare':
        return e.op;
      case 'narrow':
        return e.dtype;
      case 'reduce':
        return `${e.op} ${e.loops.map((loop) => this.#number(loop)).join(' ')}`;
      case 'select':
      case 'convert':
        return '';
    }
  }
}
