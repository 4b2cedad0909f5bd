import { PolyphaseError } from '@polyphase/ir';
import { type Files, isInsideFolder, type Range } from '@polyphase/source';
import type { ModelProto, TensorProto } from './proto/onnx_pb.ts';
import { type ExternalBytes, isExternal, storedType } from './tensor-proto.ts';

const fail = (at: string, problem: string, fix: string, cause?: unknown): never => {
  throw new PolyphaseError('PP1008', { at, problem, fix, cause });
};

/** Every tensor of the graph that is stored outside the model file. */
export const externalTensors = (model: ModelProto): TensorProto[] =>
  [
    ...(model.graph?.initializer ?? []),
    ...(model.graph?.node ?? []).flatMap((node) => node.attribute.flatMap((a) => (a.t ? [a.t] : []))),
  ].filter(isExternal);

export const nameOf = (proto: TensorProto): string => `weight ${proto.name || '(unnamed)'}`;

/**
 * Where a tensor lies.
 *
 * @throws PP1008 when the location leaves the model's folder or the numbers are no byte counts.
 */
export function rangeOf(proto: TensorProto): Range {
  const at = nameOf(proto);
  const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  if (!isInsideFolder(location))
    fail(
      at,
      `its data is at "${location}", which is not inside the model's folder`,
      'Use a relative path without ".."',
    );
  const { bytes } = storedType(proto, at);
  const count = (key: string, fallback: number): number => {
    const text = entries.get(key) ?? `${fallback}`;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value)
      ? value
      : fail(at, `the ${key} of its data is "${text}"`, 'Export the model again');
  };
  const range = { location, offset: count('offset', 0), length: count('length', bytes) };
  if (range.length !== bytes)
    fail(at, `it needs ${bytes} bytes, the length of its data is ${range.length}`, 'Export the model again');
  return range;
}

function checkRange({ location, offset, length }: Range, size: number, at: string): void {
  if (offset + length > size)
    fail(
      at,
      `bytes ${offset} to ${offset + length} of "${location}" are needed, the file has ${size}`,
      'Download or export the external data again',
    );
}

/** Reads all external tensors, one after another. @throws PP1008. */
export async function readExternal(model: ModelProto, files: Files | undefined): Promise<ExternalBytes> {
  const read = new Map<TensorProto, Uint8Array>();
  for (const proto of externalTensors(model)) {
    const at = nameOf(proto);
    const range = rangeOf(proto);
    if (!files) return refuseExternal(proto, range.location);
    checkRange(range, await files.size(range.location), at);
    read.set(proto, range.length === 0 ? new Uint8Array(0) : await files.read(range));
  }
  return (proto) => read.get(proto);
}

/** External tensors as views of files that are in memory. */
export const externalViews =
  (files: ReadonlyMap<string, Uint8Array>): ExternalBytes =>
  (proto) => {
    const range = rangeOf(proto);
    const file = files.get(range.location) ?? refuseExternal(proto, range.location);
    checkRange(range, file.length, nameOf(proto));
    return file.subarray(range.offset, range.offset + range.length);
  };

const refuseExternal = (proto: TensorProto, location: string): never =>
  fail(
    nameOf(proto),
    `its data is in "${location}", which was not given`,
    'Load the model from its path or URL, or pass the option externalData',
  );
