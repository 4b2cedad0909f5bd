import { type Expr, type FunctionBuilder, f32x4, type Local, madd } from '../wasm/index.ts';

type Vector = Expr<'v128'>;
/** By output and input. */
export type Matrix = readonly (readonly number[])[];

/** Writes products of constant matrices with vectors, the numbers of which are kept in variables. */
export class LinearMaps {
  readonly #f: FunctionBuilder;
  readonly #relaxed: boolean;
  readonly #numbers = new Map<number, Local<'v128'>>();

  /** For one function: all its matrices are given before its first loop. */
  constructor(f: FunctionBuilder, matrices: readonly Matrix[], relaxed: boolean) {
    this.#f = f;
    this.#relaxed = relaxed;
    for (const number of new Set(matrices.flat(2).map(Math.abs)))
      if (number !== 0 && number !== 1) this.#numbers.set(number, f.let('number', f32x4.splat(number)));
  }

  /** Rows of opposite points share what they sum up at even and at odd inputs. */
  byRows(matrix: Matrix, inputs: readonly Vector[]): readonly Vector[] {
    const results: Vector[] = [];
    for (const [i, row] of matrix.entries()) {
      if (results[i]) continue;
      const partner = matrix.findIndex((other, j) => j > i && isMirrored(row, other));
      if (partner < 0) {
        results[i] = this.#sum(row, inputs);
        continue;
      }
      const even = this.#sum(row.map(atEven), inputs);
      const odd = this.#sum(row.map(atOdd), inputs);
      const [a, b] = signOf(matrix[partner]!, row) > 0 ? [even, odd] : [odd, even];
      results[i] = this.#f.let('sum', f32x4.add(even, odd));
      results[partner] = this.#f.let('difference', f32x4.sub(a, b));
    }
    return results;
  }

  /** Inputs at opposite points are added and subtracted first; those left out stand for 0. */
  byColumns(matrix: Matrix, inputs: readonly (Vector | undefined)[]): readonly Vector[] {
    const known = inputs.flatMap((input, j) =>
      input ? [{ input, column: matrix.map((row) => row[j]!) }] : [],
    );
    const terms: typeof known = [];
    const taken = new Set<number>();
    for (const [j, { input, column }] of known.entries()) {
      if (taken.has(j)) continue;
      const partner = known.findIndex((other, i) => i > j && isMirrored(column, other.column));
      if (partner < 0) {
        terms.push({ input, column });
        continue;
      }
      taken.add(partner);
      const other = known[partner]!.input;
      terms.push({ input: this.#f.let('sum', f32x4.add(input, other)), column: column.map(atEven) });
      terms.push({ input: this.#f.let('difference', f32x4.sub(input, other)), column: column.map(atOdd) });
    }
    return matrix.map((_, i) =>
      this.#sum(
        terms.map(({ column }) => column[i]!),
        terms.map(({ input }) => input),
      ),
    );
  }

  #sum(coefficients: readonly number[], inputs: readonly Vector[]): Vector {
    const terms = coefficients.flatMap((c, i) => (c === 0 ? [] : [{ c, input: inputs[i]! }]));
    terms.sort((a, b) => rank(a.c) - rank(b.c));
    const [first, ...rest] = terms;
    if (!first) return this.#f.let('sum', f32x4.splat(0));
    const start = this.#f.let('sum', this.#scaled(first.c, first.input));
    for (const { c, input } of rest) this.#f.set(start, this.#plus(start, c, input));
    return start;
  }

  #scaled(c: number, input: Vector): Vector {
    if (Math.abs(c) === 1) return c < 0 ? f32x4.neg(input) : input;
    const product = f32x4.mul(input, this.#numbers.get(Math.abs(c))!);
    return c < 0 ? f32x4.neg(product) : product;
  }

  #plus(sum: Vector, c: number, input: Vector): Vector {
    if (Math.abs(c) === 1) return c < 0 ? f32x4.sub(sum, input) : f32x4.add(sum, input);
    const number = this.#numbers.get(Math.abs(c))!;
    if (c > 0) return madd(input, number, sum, this.#relaxed);
    return this.#relaxed ? f32x4.relaxed_nmadd(input, number, sum) : f32x4.sub(sum, f32x4.mul(input, number));
  }
}

/** 1 comes first, since a sum can begin with it as it is. */
const rank = (c: number): number => (c === 1 ? 0 : c > 0 ? 1 : 2);

const atEven = (c: number, i: number): number => (i % 2 === 0 ? c : 0);
const atOdd = (c: number, i: number): number => (i % 2 === 1 ? c : 0);

/** Whether one is the other with every second sign changed, or the negative of that. */
const isMirrored = (a: readonly number[], b: readonly number[]): boolean =>
  a.some((c, i) => i % 2 === 0 && c !== 0) && a.some((c, i) => i % 2 === 1 && c !== 0) && signOf(b, a) !== 0;

/** s where b[i] = s * (-1)^i * a[i] for all i; 0 where there is none. */
function signOf(b: readonly number[], a: readonly number[]): number {
  for (const sign of [1, -1])
    if (a.every((c, i) => b[i] === (i % 2 === 0 ? sign * c : -sign * c))) return sign;
  return 0;
}
