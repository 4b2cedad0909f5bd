import { PolyphaseError } from '@polyphase/ir';
import { type Files, wholeFiles } from './files.ts';

/** How far the loading of one file is; `total` is undefined when the server does not say. */
export interface LoadProgress {
  readonly file: string;
  readonly loaded: number;
  readonly total: number | undefined;
}

export interface SourceOptions {
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** The bytes of a model file and, where its place is known, the files beside it. */
export interface Source {
  /** For people: a path, a URL, or `model`. */
  readonly at: string;
  readonly bytes: Uint8Array;
  readonly files?: Files;
}

export const asBytes = (bytes: Uint8Array | ArrayBuffer): Uint8Array =>
  bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);

const isNode = globalThis.process?.versions?.node !== undefined;

/**
 * Reads a model file from a path (in Node), a URL, or bytes that are there already.
 *
 * @throws PP5002 when it cannot be read.
 */
export async function openSource(
  source: string | URL | Uint8Array | ArrayBuffer,
  options: SourceOptions = {},
): Promise<Source> {
  if (source instanceof Uint8Array || source instanceof ArrayBuffer)
    return { at: 'model', bytes: asBytes(source) };
  const text = String(source);
  if (isNode && (!/^[a-z][a-z+.-]+:/i.test(text) || text.startsWith('file:'))) {
    const { openFile } = await import('./files.node.ts');
    return openFile(source);
  }
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  const bytes = await fetchBytes(text, base, options).catch((cause) => unreachable(text, cause));
  const beside = new URL(text, base);
  return { at: text, bytes, files: wholeFiles((location) => fetchBytes(urlPath(location), beside, options)) };
}

/** A location, its characters taken literally, as a relative URL. */
const urlPath = (location: string): string => location.split('/').map(encodeURIComponent).join('/');

const unreachable = (at: string, cause: unknown): never => {
  throw new PolyphaseError('PP5002', {
    at,
    problem: `the model cannot be fetched (${cause instanceof Error ? cause.message : String(cause)})`,
    fix: 'Check the address, and that the server allows this page to read it',
    cause,
  });
};

async function fetchBytes(
  path: string,
  base: string | URL | undefined,
  { onProgress }: SourceOptions,
): Promise<Uint8Array> {
  const url = new URL(path, base);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  if (!onProgress || !response.body) return new Uint8Array(await response.arrayBuffer());
  const length = response.headers.get('content-length');
  const total = length === null ? undefined : Number(length);
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    loaded += next.value.length;
    onProgress({ file: url.href, loaded, total });
  }
  return joined(chunks);
}

/** Parts of a file, one behind the other. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((all, { length }) => all + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
