import { check, type Dim, type InputSpec, PolyphaseError, type TensorType } from '@polyphase/ir';
import { dtypeOf } from './data-type.ts';
import type { TensorShapeProto_Dimension, ValueInfoProto } from './proto/onnx_pb.ts';

const typeNames: Readonly<Record<string, string>> = {
  sequenceType: 'a sequence',
  mapType: 'a map',
  opaqueType: 'opaque',
  sparseTensorType: 'a sparse tensor',
  optionalType: 'optional',
};

/**
 * A graph input. A length without number and name is called after its place: `image.0`.
 *
 * @throws PP1005 unless it is a dense tensor of a supported type, PP1007 when its rank is open.
 */
export function readInput({ name, type }: ValueInfoProto, decidesShapes: boolean): InputSpec {
  const at = `input ${name}`;
  if (type?.value.case !== 'tensorType')
    throw new PolyphaseError('PP1005', {
      at,
      problem: `it is ${typeNames[type?.value.case ?? ''] ?? 'without a type'}, not a tensor`,
      fix: 'Export the model with tensors as inputs',
    });
  const { elemType, shape } = type.value.value;
  const dtype = dtypeOf(elemType, at);
  check(shape !== undefined, 'PP1007', () => ({
    at,
    problem: 'it has no shape, so that even its number of axes is open',
    fix: 'Declare its shape, with names for the lengths that vary',
  }));
  const spec: { name: string; type: TensorType } = {
    name,
    type: { dtype, shape: shape.dim.map((dim, axis) => lengthOf(dim, `${name}.${axis}`, at)) },
  };
  return decidesShapes ? { ...spec, decidesShapes } : spec;
}

function lengthOf({ value }: TensorShapeProto_Dimension, unnamed: string, at: string): Dim {
  if (value.case === 'dimParam') return value.value || unnamed;
  // Exporters write -1 for a length that varies.
  if (value.case !== 'dimValue' || value.value < 0n) return unnamed;
  const length = Number(value.value);
  check(Number.isSafeInteger(length), 'PP1009', () => ({
    at,
    problem: `it has the length ${value.value}`,
    fix: 'Export the model again',
  }));
  return length;
}
