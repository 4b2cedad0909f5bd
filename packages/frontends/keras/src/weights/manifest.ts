import {
  type DType,
  dtypes,
  fromNumbers,
  PolyphaseError,
  sizeOf,
  type Tensor,
  toNumbers,
} from '@polyphase/ir';
import { joined } from '@polyphase/source';
import { type Config, configOf, malformed } from '../config.ts';
import { type NamedWeight, namedWeights, type Weights } from './weights.ts';

/** Weights that lie behind one another in files that are read as one. */
interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly Entry[];
}

interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly quantization?: Quantization;
}

/** TensorFlow.js' storage in fewer bits: an integer times `scale` plus `min`, or float16. */
interface Quantization {
  readonly dtype: 'uint8' | 'uint16' | 'float16';
  readonly scale: number;
  readonly min: number;
}

/** The weightsManifest of a model.json. @throws PP1005, PP1006. */
export function readManifest(model: Config): readonly Group[] {
  return model.list('weightsManifest').map((value, i) => {
    const group = configOf(value, `weightsManifest, group ${i}`);
    const paths = group.list('paths').map(String);
    return { paths, weights: group.list('weights').map((each, w) => entryOf(configOf(each, `weight ${w}`))) };
  });
}

function entryOf(config: Config): Entry {
  const name = config.text('name');
  const shape = config.list('shape');
  const isShape = shape.every((length) => Number.isSafeInteger(length) && (length as number) >= 0);
  if (!isShape) throw malformed(name, `its shape is ${JSON.stringify(shape)}`);
  const dtype = config.text('dtype');
  if (!Object.hasOwn(dtypes, dtype))
    throw new PolyphaseError('PP1005', {
      at: `weight ${name}`,
      problem: `its elements are ${dtype}`,
      fix: 'Save the model with numbers as weights',
    });
  const entry = { name, shape: shape as number[], dtype: dtype as DType };
  return config.has('quantization')
    ? { ...entry, quantization: quantizationOf(config.object('quantization')) }
    : entry;
}

function quantizationOf(config: Config): Quantization {
  const dtype = config.text('dtype');
  if (dtype !== 'uint8' && dtype !== 'uint16' && dtype !== 'float16')
    throw malformed(config.at, `it is quantized to ${dtype}; uint8, uint16 and float16 are known`);
  return { dtype, scale: config.number('scale', 1), min: config.number('min', 0) };
}

/**
 * The weights of a model.json.
 *
 * @param read a file of the manifest
 * @throws PP1002 when the files are shorter than the manifest says.
 */
export async function manifestWeights(
  groups: readonly Group[],
  read: (path: string) => Promise<Uint8Array>,
): Promise<Weights> {
  const all: NamedWeight[] = [];
  for (const { paths, weights } of groups) {
    const bytes = joined(await Promise.all(paths.map(read)));
    let offset = 0;
    for (const entry of weights) {
      const length = sizeOf(entry.shape) * dtypes[storedType(entry)].bytes;
      if (!(offset + length <= bytes.length)) throw tooShort(entry, offset + length, bytes.length, paths);
      const stored = bytes.slice(offset, offset + length).buffer;
      all.push({ name: entry.name, read: () => tensorOf(entry, stored) });
      offset += length;
    }
  }
  return namedWeights(all);
}

const storedType = ({ quantization, dtype }: Entry): DType => quantization?.dtype ?? dtype;

function tensorOf(entry: Entry, buffer: ArrayBuffer): Tensor {
  const { shape, dtype, quantization } = entry;
  const stored = storedType(entry);
  const tensor = { dtype: stored, shape, data: new dtypes[stored].array(buffer) } as Tensor;
  if (!quantization) return tensor;
  const { scale, min } = quantization;
  return fromNumbers(
    dtype,
    shape,
    Float64Array.from(toNumbers(tensor), (level) => level * scale + min),
  );
}

const tooShort = ({ name }: Entry, needed: number, there: number, paths: readonly string[]): PolyphaseError =>
  new PolyphaseError('PP1002', {
    at: `weight ${name}`,
    problem: `it ends at byte ${needed} of ${paths.join(' and ')}, which have ${there}`,
    fix: 'Download or convert the model again',
  });
