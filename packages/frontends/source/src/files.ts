import { PolyphaseError } from '@polyphase/ir';

/** A piece of a file beside the model. */
export interface Range {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** Reads files beside the model. `read` is asked only for ranges inside the file. */
export interface Files {
  size(location: string): Promise<number>;
  read(range: Range): Promise<Uint8Array>;
}

/** A whole file. @throws PP1008 when it cannot be read. */
export const readWhole = async (files: Files, location: string): Promise<Uint8Array> =>
  files.read({ location, offset: 0, length: await files.size(location) });

/** Relative, forward slashes, no step upwards, no drive, scheme or control character. */
export const isInsideFolder = (location: string): boolean =>
  location !== '' &&
  !/^[/~]|[\\:\p{Cc}]/u.test(location) &&
  location.split('/').every((part) => part !== '..' && part !== '');

/** Files that are fetched whole, each once. */
export function wholeFiles(fetch: (location: string) => Promise<Uint8Array>): Files {
  const files = new Map<string, Promise<Uint8Array>>();
  const open = (location: string): Promise<Uint8Array> => {
    const file = files.get(location) ?? fetch(location).catch((cause) => unreadable(location, cause));
    files.set(location, file);
    return file;
  };
  return {
    size: async (location) => (await open(location)).length,
    read: async ({ location, offset, length }) => (await open(location)).subarray(offset, offset + length),
  };
}

/** @throws PP1008, or what was thrown if that already is an error in words. */
export function unreadable(location: string, cause: unknown): never {
  if (cause instanceof PolyphaseError) throw cause;
  throw new PolyphaseError('PP1008', {
    at: `external data ${location}`,
    problem: `the file cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
    fix: 'Put it beside the model',
    cause,
  });
}
