import type { Model } from '@polyphase/ir';
import { asBytes, type LoadProgress, openSource, wholeFiles } from '@polyphase/source';
import { decodeModel } from './decode.ts';
import { externalViews, readExternal } from './external-data.ts';
import { modelOf } from './model.ts';

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
  const { bytes, files, at } = await openSource(source, options);
  const proto = decodeModel(bytes, at);
  const external = options.externalData ? wholeFiles(options.externalData) : files;
  return modelOf(proto, await readExternal(proto, external));
}
