import { fromBinary } from '@bufbuild/protobuf';
import { check, PolyphaseError } from '@polyphase/ir';
import { type ModelProto, ModelProtoSchema, type TensorProto, TensorProtoSchema } from './proto/onnx_pb.ts';

/** What files that are not ONNX begin with, and what they are. */
const foreign: readonly (readonly [start: string | RegExp, kind: string])[] = [
  ['version https://git-lfs', 'a Git LFS pointer: run "git lfs pull"'],
  [/^\s*<(!doctype|html|\?xml)/i, 'a web page: the download did not deliver the file'],
  ['\x89HDF', 'HDF5, as Keras .h5 files are'],
  ['PK\x03\x04', 'a ZIP archive, as .keras, .pth and .npz files are'],
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['\x1f\x8b', 'gzip-compressed: unpack it first'],
  ['\x93NUMPY', 'a NumPy array'],
  [/^....(TFL3|ORTM)/s, 'a TensorFlow Lite or ORT-format model'],
  [/^\s*\{/, 'JSON'],
];

/**
 * A serialised ModelProto.
 *
 * @throws PP1001 for another format, PP1002 for a damaged or cut-off file.
 */
export function decodeModel(bytes: Uint8Array, at: string): ModelProto {
  const fix = 'Give an ONNX model file (.onnx)';
  check(bytes.length > 0, 'PP1001', () => ({ at, problem: 'there are 0 bytes', fix }));
  const kind = foreignKind(bytes);
  check(kind === undefined, 'PP1001', () => ({ at, problem: `it is ${kind}`, fix }));
  const model = decode(at, () => fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false }));
  check(model.irVersion > 0n, 'PP1001', () => ({ at, problem: 'it holds no ONNX IR version', fix }));
  check(model.graph !== undefined && model.opsetImport.length > 0, 'PP1002', () => ({
    at,
    problem: `it ends before its ${model.graph ? 'operator sets' : 'graph'}, after ${bytes.length} bytes`,
    fix: 'Download or export the model again',
  }));
  return model;
}

/** A serialised TensorProto, as ONNX's backend tests store inputs and outputs. @throws PP1001, PP1002. */
export function decodeTensor(bytes: Uint8Array, at: string): TensorProto {
  const kind = foreignKind(bytes);
  const fix = 'Give a file that holds one TensorProto (.pb)';
  check(kind === undefined, 'PP1001', () => ({ at, problem: `it is ${kind}`, fix }));
  const proto = decode(at, () => fromBinary(TensorProtoSchema, bytes, { readUnknownFields: false }));
  check(proto.dataType !== 0, 'PP1001', () => ({ at, problem: 'it holds no element type', fix }));
  return proto;
}

function foreignKind(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  return foreign.find(([head]) =>
    typeof head === 'string' ? start.startsWith(head) : head.test(start),
  )?.[1];
}

function decode<T>(at: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new PolyphaseError('PP1002', {
      at,
      problem: `the protobuf data cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
      fix: 'Check that the file is complete and is an ONNX file',
      cause,
    });
  }
}
