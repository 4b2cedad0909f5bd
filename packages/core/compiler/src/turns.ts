/** Counts what is under way, tells when nothing is, and lets only so many at a time. */
export class Turns {
  readonly #most: number;
  #taken = 0;
  readonly #queue: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];

  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  /** Whoever enters leaves. A promise where others are to leave first, in the order of their entering. */
  enter(): Promise<void> | undefined {
    if (this.#taken >= this.#most) return new Promise((resolve) => void this.#queue.push(resolve));
    this.#taken++;
    return undefined;
  }

  leave(): void {
    const next = this.#queue.shift();
    if (next) next();
    else if (--this.#taken === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Resolves once all have left. */
  async idle(): Promise<void> {
    if (this.#taken > 0) await new Promise<void>((resolve) => void this.#idle.push(resolve));
  }
}
