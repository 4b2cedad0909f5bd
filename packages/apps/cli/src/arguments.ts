import type { ImageFormat } from '@polyphase/files';
import { InvalidArgumentError } from 'commander';
import { backendNames } from './backends.ts';

type Pairs<T> = ReadonlyMap<string, T>;

/** A parser of `NAME=...` options that may be repeated. */
const pairs =
  <T>(what: string, parse: (text: string) => T) =>
  (text: string, earlier: Pairs<T> | undefined): Pairs<T> => {
    const split = text.indexOf('=');
    const [name, rest] = [text.slice(0, split), text.slice(split + 1)];
    if (split < 1 || rest === '') throw new InvalidArgumentError(`Write it as NAME=${what}.`);
    if (earlier?.has(name)) throw new InvalidArgumentError(`${name} is given twice.`);
    return new Map([...(earlier ?? []), [name, parse(rest)]]);
  };

/** `--input NAME=FILE` */
export const parseFiles = pairs('FILE', (file) => file);

/** `--shape NAME=1x3x224x224` */
export const parseShapes = pairs('1x3x224x224', (text): readonly number[] => {
  if (!/^\d+([x,]\d+)*$/.test(text)) throw new InvalidArgumentError('Write lengths as 1x3x224x224.');
  return text.split(/[x,]/).map(Number);
});

/** `--backend cpu,reference` */
export function parseBackends(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !backendNames.includes(name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`There is no backend "${unknown}", only ${backendNames.join(', ')}.`);
  }
  return [...new Set(names)];
}

/** `--mean 0.485,0.456,0.406` */
export function parseNumbers(text: string): readonly number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!numbers.every(Number.isFinite))
    throw new InvalidArgumentError('Write numbers as 0.5 or 0.485,0.456,0.406.');
  return numbers;
}

/** `--random 1` */
export function parseSeed(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number from 0 to 999999999.');
  return Number(text);
}

/** `--threads 4` */
export function parseThreads(text: string): number {
  const threads = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (threads < 1 || threads > 256) throw new InvalidArgumentError('Give a whole number from 1 to 256.');
  return threads;
}

/** Options that say how pictures lie in tensors. */
export interface ImageOptions {
  readonly layout?: ImageFormat['layout'];
  readonly channels?: ImageFormat['channels'];
  readonly range?: ImageFormat['range'];
  readonly outputRange?: ImageFormat['range'];
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}
