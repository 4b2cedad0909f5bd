import { type DType, fromNumbers, PolyphaseError, sizeOf, type Tensor } from '@polyphase/ir';
import { type Dataset, File, Group } from 'jsfive';

/** An HDF5 file as Keras writes it. */
export interface Hdf5 {
  /** An attribute of the file itself that is a text. */
  text(name: string): string | undefined;
  /** The dataset at this path; undefined when there is none. @throws PP1005, PP1002. */
  tensor(path: string): Tensor | undefined;
  /** The names in the group at this path; undefined when there is no such group. */
  names(path: string): readonly string[] | undefined;
  /** An attribute of the group at this path that is a list of texts. */
  texts(path: string, name: string): readonly string[] | undefined;
}

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

export const isHdf5 = (bytes: Uint8Array): boolean => signature.every((byte, i) => bytes[i] === byte);

/** @throws PP1002 when the file is damaged. */
export function openHdf5(bytes: Uint8Array, at: string): Hdf5 {
  const damaged = (cause: unknown): never => {
    if (cause instanceof PolyphaseError) throw cause;
    throw new PolyphaseError('PP1002', {
      at,
      problem: `the HDF5 file cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
      fix: 'Download or save it again',
      cause,
    });
  };
  const guarded = <T>(body: () => T): T => {
    try {
      return body();
    } catch (cause) {
      return damaged(cause);
    }
  };
  const file = guarded(() => new File(new Uint8Array(bytes).buffer, at));
  const get = (path: string): Group | Dataset | undefined => guarded(() => entryAt(file, path));
  const group = (path: string): Group | undefined => {
    const found = get(path);
    return found instanceof Group ? found : undefined;
  };
  return {
    text: (name) => guarded(() => textOf(file.attrs[name])),
    names: (path) => guarded(() => group(path)?.keys),
    texts: (path, name) => guarded(() => textsOf(group(path)?.attrs[name])),
    tensor(path) {
      const found = get(path);
      return found && !(found instanceof Group)
        ? guarded(() => tensorOf(found, `${at}, ${path}`))
        : undefined;
    },
  };
}

/** One name after the other: a path of jsfive throws where a name is missing. */
function entryAt(file: Group, path: string): Group | Dataset | undefined {
  let entry: Group | Dataset | undefined = file;
  for (const name of path.split('/').filter(Boolean)) {
    if (!(entry instanceof Group) || !entry.keys.includes(name)) return undefined;
    entry = entry.get(name);
  }
  return entry;
}

const textOf = (value: unknown): string | undefined => {
  const found = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof found === 'string' ? found : undefined;
};

const textsOf = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? value.map((text: string) => text.replace(/\0+$/, ''))
    : undefined;

/** The element types that Keras writes and jsfive reads; it has no float16. */
const types: Readonly<Record<string, DType>> = {
  '<f4': 'float32',
  '<f8': 'float64',
  '<i4': 'int32',
  '<i8': 'int64',
  '<u4': 'uint32',
  '<u1': 'uint8',
  '<i1': 'int8',
};

function tensorOf({ dtype: stored, shape, value }: Dataset, at: string): Tensor {
  const dtype = typeof stored === 'string' ? types[stored] : undefined;
  if (!dtype)
    throw new PolyphaseError('PP1005', {
      at,
      problem: `its elements are ${typeof stored === 'string' ? stored : stored[0]}`,
      fix: `Save it as one of ${Object.values(types).join(', ')}`,
    });
  if (value.length !== sizeOf(shape))
    throw new PolyphaseError('PP1002', {
      at,
      problem: `its shape has ${sizeOf(shape)} elements, its data ${value.length}`,
      fix: 'Download or save the file again',
    });
  return fromNumbers(dtype, shape, Float64Array.from(value));
}
