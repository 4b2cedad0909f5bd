import { PolyphaseError } from '@polyphase/ir';

/** An object of a model file, whose entries are checked as they are read. */
export interface Config {
  /** Where it stands, for errors. */
  readonly at: string;
  /** Everything in it, as it is. */
  readonly values: Readonly<Record<string, unknown>>;
  has(key: string): boolean;
  /** The entry as it is. */
  raw(key: string): unknown;
  text(key: string, otherwise?: string): string;
  number(key: string, otherwise?: number): number;
  flag(key: string, otherwise?: boolean): boolean;
  /** A number, or numbers. */
  numbers(key: string, otherwise?: number | readonly number[]): number | readonly number[];
  list(key: string): readonly unknown[];
  /** An object inside it. */
  object(key: string): Config;
}

type Check<T> = (value: unknown) => value is T;

const isText: Check<string> = (value) => typeof value === 'string';
const isNumber: Check<number> = (value): value is number =>
  typeof value === 'number' && Number.isFinite(value);
const isFlag: Check<boolean> = (value) => typeof value === 'boolean';
const isList: Check<readonly unknown[]> = (value) => Array.isArray(value);
const isNumbers: Check<number | readonly number[]> = (value): value is number | readonly number[] =>
  isNumber(value) || (isList(value) && value.every(isNumber));
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads an object of a model file; an entry that is null counts as missing.
 *
 * @throws PP1006 when it is no object, and later for an entry that is missing or of a wrong type.
 */
export function configOf(value: unknown, at: string): Config {
  if (!isObject(value)) throw malformed(at, `it is ${shortened(value)}, an object is needed`);
  const raw = (key: string): unknown => (Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined);
  const read = <T>(key: string, check: Check<T>, kind: string, otherwise?: T): T => {
    const found = raw(key) ?? otherwise;
    if (check(found)) return found;
    throw malformed(at, `its "${key}" is ${shortened(found)}, ${kind} is needed`);
  };
  return {
    at,
    values: value,
    raw,
    has: (key) => raw(key) !== undefined,
    text: (key, otherwise) => read(key, isText, 'a text', otherwise),
    number: (key, otherwise) => read(key, isNumber, 'a number', otherwise),
    flag: (key, otherwise) => read(key, isFlag, 'true or false', otherwise),
    numbers: (key, otherwise) => read(key, isNumbers, 'a number or a list of numbers', otherwise),
    list: (key) => read(key, isList, 'a list'),
    object: (key) => configOf(raw(key), `${at}, ${key}`),
  };
}

export const malformed = (at: string, problem: string): PolyphaseError =>
  new PolyphaseError('PP1006', { at, problem, fix: 'Save the model again, or report its file' });

function shortened(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
