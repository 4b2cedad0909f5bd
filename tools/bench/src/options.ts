import { type ProviderName, providers } from '@polyphase/onnxruntime';
import { type Command, InvalidArgumentError } from 'commander';

export const backendNames = ['cpu', 'webgpu'] as const;
export type BackendName = (typeof backendNames)[number];

export interface Options {
  readonly seconds: number;
  readonly threads: number;
  readonly relaxedSimd: boolean;
  /** Which of our backends races. */
  readonly backend: BackendName;
  readonly json?: string;
  readonly markdown?: string;
  readonly svg?: string;
  /** Of the suite that is about onnxruntime. */
  readonly provider?: ProviderName;
}

/** Of the suites that race any backend of ours. */
export const withBackend = (command: Command): Command =>
  command.option('--backend <name>', `ours: ${backendNames.join(' or ')}`, parseBackend, 'cpu');

export function parseBackend(text: string): BackendName {
  const found = backendNames.find((name) => name === text);
  if (found) return found;
  throw new InvalidArgumentError(`Give one of ${backendNames.join(', ')}.`);
}

/** The options that both suites have. */
export const withOptions = (command: Command, seconds: number): Command =>
  command
    .option('--seconds <n>', 'time for each case', parseSeconds, seconds)
    .option('--threads <n>', 'threads of every contestant', parseThreads, 1)
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

const mostThreads = 256;

export function parseThreads(text: string): number {
  const threads = Number(text);
  if (/^\d+$/.test(text) && threads >= 1 && threads <= mostThreads) return threads;
  throw new InvalidArgumentError(`Give a whole number from 1 to ${mostThreads}.`);
}

export function parseProvider(text: string): ProviderName {
  if (Object.hasOwn(providers, text)) return text as ProviderName;
  throw new InvalidArgumentError(`Give one of ${Object.keys(providers).join(', ')}.`);
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
