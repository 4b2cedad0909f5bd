import { type Command, InvalidArgumentError } from 'commander';

export interface Options {
  readonly seconds: number;
  readonly threads: number;
  /** undefined: where the runtime has it without a flag. */
  readonly relaxedSimd?: boolean;
  readonly json?: string;
  readonly markdown?: string;
  readonly svg?: string;
}

/** The options that both suites have. */
export const withOptions = (command: Command, seconds: number): Command =>
  command
    .option('--seconds <n>', 'time for each case', parseSeconds, seconds)
    .option('--threads <n>', 'threads of every contestant', parseThreads, 1)
    .option('--relaxed-simd', 'turn on relaxed SIMD where V8 has it behind a flag (Node 20)')
    .option('--no-relaxed-simd', 'plain SIMD in polyphase, whatever the runtime has')
    .option('--json <file>', 'write all figures to a file')
    .option('--markdown <file>', 'write the tables to a file')
    .option('--svg <file>', 'draw the ratios as a chart');

export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds > 0 && seconds < Number.POSITIVE_INFINITY))
    throw new InvalidArgumentError('Give a number above 0.');
  return seconds;
}

export function parseThreads(text: string): number {
  if (text === '1') return 1;
  if (/^[2-9]$|^[1-9]\d+$/.test(text))
    throw new InvalidArgumentError('The cpu backend has one thread so far: compare with --threads 1.');
  throw new InvalidArgumentError('Give a whole number from 1.');
}

/** The cases of these names, in the order given; all when none is given. */
export function choose<T extends { readonly name: string }>(
  known: readonly T[],
  names: readonly string[],
): readonly T[] {
  if (names.length === 0) return known;
  return [...new Set(names)].map((name) => {
    const found = known.find((each) => each.name === name);
    if (found) return found;
    const all = known.map((each) => each.name).join(', ');
    throw new InvalidArgumentError(`there is no case '${name}'; the cases are: ${all}`);
  });
}
