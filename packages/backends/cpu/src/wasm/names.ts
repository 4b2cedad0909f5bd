/** A mistake in the use of the assembler: a bug of a kernel generator, never of a model or its data. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}

const maxLength = 120;

const safeName = /^[A-Za-z0-9_.]+$/;

/** Names that differ from each other. */
export class Names {
  readonly #taken = new Set<string>();
  /** The last number that was put behind a name: numbers below it are taken. */
  readonly #last = new Map<string, number>();

  /** `name` made safe for text, binary and stack traces, with a number behind it where it is taken. */
  unique(name: string): string {
    const short = name.length > maxLength ? name.slice(0, maxLength) : name;
    const safe = safeName.test(short) ? short : short.replace(/[^A-Za-z0-9_.]/g, '_') || '_';
    let unique = safe;
    for (let n = this.#last.get(safe) ?? 2; this.#taken.has(unique); n++) {
      unique = `${safe}.${n}`;
      this.#last.set(safe, n);
    }
    this.#taken.add(unique);
    return unique;
  }
}

/** The lines of a comment, each safe behind `;;`. */
export const commentLines = (text: string): string[] =>
  text.split(/\r?\n/).map((line) => line.replace(/[^\x20-\x7e]/g, '?'));
