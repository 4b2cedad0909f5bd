import {
  type Dim,
  int64s,
  isStatic,
  need,
  ops,
  printShape,
  reject,
  type TensorType,
  type Value,
} from '@polyphase/ir';
import { int } from './attributes.ts';
import type { Exporting } from './exporting.ts';

const oneLength: TensorType = { dtype: 'int64', shape: [1] };

/** Lengths that are known only while the model runs, each found once: from a value that has it, or by arithmetic. */
export class OpenLengths {
  readonly #sources = new Map<string, { readonly value: Value; readonly axis: number }>();
  readonly #found = new Map<string, Value>();

  constructor(inputs: readonly Value[]) {
    for (const input of inputs) this.add(input);
  }

  /** From now on the lengths of `value` can be read off it. */
  add(value: Value): void {
    for (const [axis, length] of value.type.shape.entries())
      if (typeof length === 'string' && !this.#sources.has(length))
        this.#sources.set(length, { value, axis });
  }

  lengths(shape: readonly Dim[], context: Exporting): Value {
    if (isStatic(shape)) return context.constant(int64s(shape));
    const parts = shape.map((length) => this.#lengthOf(length, context));
    return parts.length === 1 ? parts[0]! : context.make(ops.concat, { xs: parts }, { axis: 0 });
  }

  #lengthOf(length: Dim, context: Exporting): Value {
    if (typeof length === 'number') return context.constant(int64s([length]));
    const value = this.#found.get(length) ?? this.#read(length, context) ?? this.#calculate(length, context);
    this.#found.set(length, value);
    return value;
  }

  #read(length: string, context: Exporting): Value | undefined {
    const source = this.#sources.get(length);
    if (!source) return undefined;
    const { value, axis } = source;
    return context.node('Shape', [value], { start: int(axis), end: int(axis + 1) }, oneLength);
  }

  #calculate(length: string, context: Exporting): Value {
    const names = [...this.#sources.keys()].sort((a, b) => b.length - a.length);
    const reader = new LengthReader(length, names);
    const value = reader.sum({
      whole: (number) => context.constant(int64s([number])),
      named: (name) => this.#lengthOf(name, context),
      join: (op, a, b) => context.make(joins[op], { a, b }),
    });
    need(reader.atEnd, 'PP2005', () => [
      `the length ${length} cannot be computed from ${printShape(names.toReversed())}`,
      'Give the sizes of the inputs',
    ]);
    return value;
  }
}

type Join = 'add' | 'sub' | 'mul' | 'div' | 'mod' | 'max';

const joins = { add: ops.add, sub: ops.sub, mul: ops.mul, div: ops.div, mod: ops.mod, max: ops.max };

interface Arithmetic {
  whole(number: number): Value;
  named(name: string): Value;
  join(op: Join, a: Value, b: Value): Value;
}

/**
 * Reads the text of a length: sum = product (('+' | '-') product)*, product = factor ('*' factor)*, factor = number,
 * name, '(' sum ')', '-' factor, 'floor(' sum '/' sum ')' or 'max(' sum ', ' sum ')'.
 */
class LengthReader {
  readonly #text: string;
  readonly #names: readonly string[];
  #at = 0;

  /** `names`: the longest first. */
  constructor(text: string, names: readonly string[]) {
    this.#text = text;
    this.#names = names.filter((name) => name !== text);
  }

  get atEnd(): boolean {
    return this.#at === this.#text.length;
  }

  sum(to: Arithmetic): Value {
    let value = this.#product(to);
    for (;;) {
      if (this.#takes('+')) value = to.join('add', value, this.#product(to));
      else if (this.#takes('-')) value = to.join('sub', value, this.#product(to));
      else return value;
    }
  }

  #product(to: Arithmetic): Value {
    let value = this.#factor(to);
    while (this.#takes('*')) value = to.join('mul', value, this.#factor(to));
    return value;
  }

  #factor(to: Arithmetic): Value {
    const name = this.#names.find((known) => this.#takes(known));
    if (name !== undefined) return to.named(name);
    if (this.#takes('-')) return to.join('sub', to.whole(0), this.#factor(to));
    if (this.#takes('(')) return this.#closed(this.sum(to));
    if (this.#takes('floor(')) return this.#closed(this.#quotient(to));
    if (this.#takes('max(')) {
      const a = this.sum(to);
      this.#expect(', ');
      return this.#closed(to.join('max', a, this.sum(to)));
    }
    return to.whole(this.#number());
  }

  /** floor(a / b) = (a - a mod b) / b, the remainder having the sign of b. */
  #quotient(to: Arithmetic): Value {
    const a = this.sum(to);
    this.#expect('/');
    const b = this.sum(to);
    return to.join('div', to.join('sub', a, to.join('mod', a, b)), b);
  }

  #closed(value: Value): Value {
    this.#expect(')');
    return value;
  }

  #number(): number {
    const digits = /^\d+(?![\w.])/.exec(this.#text.slice(this.#at))?.[0] ?? this.#unreadable();
    this.#at += digits.length;
    return Number(digits);
  }

  #takes(part: string): boolean {
    if (!this.#text.startsWith(part, this.#at)) return false;
    this.#at += part.length;
    return true;
  }

  #expect(part: string): void {
    if (!this.#takes(part)) this.#unreadable();
  }

  #unreadable(): never {
    const known = printShape(this.#names.toReversed());
    reject(
      'PP2005',
      `the length ${this.#text} cannot be computed from ${known}`,
      'Give the sizes of the inputs',
    );
  }
}
