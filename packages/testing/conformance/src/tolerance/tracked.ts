import { type Accuracy, accuracies, type Precision, rounded, roundingsPerTerm } from './precision.ts';

/** A number and how far a computed one may be off. */
export interface Tracked {
  readonly value: number;
  readonly error: number;
}

/** Arithmetic that keeps account of errors, to first order: running error analysis. */
export class Roundings {
  readonly #precision: Precision;

  constructor(precision: Precision) {
    this.#precision = precision;
  }

  exact(value: number): Tracked {
    return { value, error: 0 };
  }

  /** In any order. */
  sum(terms: readonly Tracked[]): Tracked {
    let [value, error, size] = [0, 0, 0];
    for (const term of terms) {
      value += term.value;
      error += term.error;
      size += Math.abs(term.value);
    }
    return bounded(value, error + roundingsPerTerm * terms.length * this.#precision.unit * size);
  }

  add(a: Tracked, b: Tracked): Tracked {
    return this.#rounded(a.value + b.value, a.error + b.error, rounded);
  }

  subtract(a: Tracked, b: Tracked): Tracked {
    return this.#rounded(a.value - b.value, a.error + b.error, rounded);
  }

  multiply(a: Tracked, b: Tracked): Tracked {
    const error = Math.abs(a.value) * b.error + Math.abs(b.value) * a.error + a.error * b.error;
    return this.#rounded(a.value * b.value, error, rounded);
  }

  divide(a: Tracked, b: Tracked): Tracked {
    const value = a.value / b.value;
    const error = (a.error + Math.abs(value) * b.error) / Math.abs(b.value);
    return this.#rounded(value, error, accuracies.division);
  }

  /** A function that rises or falls between the ends of the argument's error. */
  apply(f: (x: number) => number, accuracy: Accuracy, x: Tracked): Tracked {
    const value = f(x.value);
    if (!Number.isFinite(x.value)) return bounded(value, 0);
    const reach = x.error + 2 * accuracy.argument * this.#precision.unit * Math.abs(x.value);
    const changes = [f(x.value + reach), f(x.value - reach)].map((moved) => Math.abs(moved - value));
    return this.#rounded(value, Math.max(...changes.filter((change) => !Number.isNaN(change))), accuracy);
  }

  squareRoot(x: Tracked): Tracked {
    return this.apply((value) => Math.sqrt(Math.max(value, 0)), accuracies.squareRoot, x);
  }

  #rounded(value: number, error: number, { result }: Accuracy): Tracked {
    const { unit, tiny } = this.#precision;
    return bounded(value, error + 2 * result * unit * Math.abs(value) + tiny);
  }
}

/** Infinities and NaN come out where they belong or not at all. */
const bounded = (value: number, error: number): Tracked => ({
  value,
  error: Number.isFinite(value) ? error : 0,
});
