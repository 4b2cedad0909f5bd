import { type Model, PolyphaseError } from '@polyphase/ir';
import { decodeModel } from './decode.ts';
import { type ExternalFiles, externalViews, readExternal, wholeFiles } from './external-data.ts';
import { modelOf } from './model.ts';

/** How far the loading of one file is; `total` is undefined when the server does not say. */
export interface LoadProgress {
  readonly file: string;
  readonly loaded: number;
  readonly total: number | undefined;
}

export interface LoadOptions {
  /** Reads a file that holds weights beside the model, by the relative path in the model. Default: from its folder. */
  readonly externalData?: (location: string) => Promise<Uint8Array>;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export interface ParseOptions {
  /** The files that hold weights beside the model, by the relative path in the model. */
  readonly externalData?: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads an ONNX model from its bytes. Weights are views of the bytes where alignment allows: leave these as they are.
 *
 * @throws PP1001 to PP1009.
 */
export function parseOnnx(
  bytes: Uint8Array | ArrayBuffer,
  { externalData = new Map() }: ParseOptions = {},
): Model {
  return modelOf(decodeModel(asBytes(bytes), 'model'), externalViews(externalData));
}

/**
 * Reads an ONNX model from a path (in Node), a URL, or its bytes.
 *
 * @throws PP1001 to PP1009, PP5002 when the file cannot be read.
 */
export async function loadOnnx(
  source: string | URL | Uint8Array | ArrayBuffer,
  options: LoadOptions = {},
): Promise<Model> {
  const { bytes, files, at } = await open(source, options);
  const proto = decodeModel(bytes, at);
  const external = options.externalData ? wholeFiles(options.externalData) : files;
  return modelOf(proto, await readExternal(proto, external));
}

interface Opened {
  readonly at: string;
  readonly bytes: Uint8Array;
  readonly files?: ExternalFiles;
}

const asBytes = (bytes: Uint8Array | ArrayBuffer): Uint8Array =>
  bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);

const isNode = globalThis.process?.versions?.node !== undefined;

async function open(source: string | URL | Uint8Array | ArrayBuffer, options: LoadOptions): Promise<Opened> {
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
  { onProgress }: LoadOptions,
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
  return joined(chunks, loaded);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
