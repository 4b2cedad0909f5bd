/** A mistake in the use of the assembler: a bug of a kernel generator, never of a model or its data. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}

const maxLength = 120;

/** `name` made safe for text, binary and stack traces, and different from every name in `taken`, which it joins. */
export function identifier(name: string, taken: Set<string>): string {
  const safe = name.replace(/[^A-Za-z0-9_.]/g, '_').slice(0, maxLength) || '_';
  let unique = safe;
  for (let n = 2; taken.has(unique); n++) unique = `${safe}.${n}`;
  taken.add(unique);
  return unique;
}

/** The lines of a comment, each safe behind `;;`. */
export const commentLines = (text: string): string[] =>
  text.split(/\r?\n/).map((line) => line.replace(/[^\x20-\x7e]/g, '?'));
