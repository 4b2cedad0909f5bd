/** Adds up how long the phases of compiling take. */
export class Stopwatch {
  readonly #milliseconds: Record<string, number> = {};

  /** By phase, in the order in which they began. */
  get milliseconds(): Readonly<Record<string, number>> {
    return { ...this.#milliseconds };
  }

  of<T>(phase: string, work: () => T): T {
    const begin = performance.now();
    const result = work();
    this.#add(phase, begin);
    return result;
  }

  async ofAsync<T>(phase: string, work: Promise<T>): Promise<T> {
    const begin = performance.now();
    const result = await work;
    this.#add(phase, begin);
    return result;
  }

  #add(phase: string, begin: number): void {
    this.#milliseconds[phase] = (this.#milliseconds[phase] ?? 0) + performance.now() - begin;
  }
}
