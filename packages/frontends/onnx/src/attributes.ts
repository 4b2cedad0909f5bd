import { type DType, PolyphaseError, type Tensor } from '@polyphase/ir';
import { dtypeOf } from './data-type.ts';
import type { AttributeProto } from './proto/onnx_pb.ts';
import type { ExternalBytes } from './tensor-proto.ts';
import { tensorOf } from './tensor-proto.ts';

/** `AttributeProto.AttributeType`. */
const kinds = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
  sparse_tensor: 11,
  sparse_tensors: 12,
  type_proto: 13,
  type_protos: 14,
} as const;

export type AttributeKind = keyof typeof kinds;

const kindNames = new Map<number, string>(Object.entries(kinds).map(([name, code]) => [code, name]));

interface Reading {
  readonly at: string;
  readonly external: ExternalBytes;
}

/** One attribute of an ONNX operator: its type, default and how it is read. */
export interface AttributeSpec<T> {
  readonly kind: AttributeKind;
  readonly fallback: T;
  readonly required?: boolean;
  read(proto: AttributeProto, reading: Reading): T;
}

export type AttributeSpecs = Readonly<Record<string, AttributeSpec<unknown>>>;

/** The values of a record of specs. */
export type AttributesOf<S> = {
  readonly [N in keyof S]: NonNullable<S[N]> extends AttributeSpec<infer T> ? T : never;
};

const utf8 = new TextDecoder();

const refuse = (at: string, problem: string, fix: string): never => {
  throw new PolyphaseError('PP1006', { at, problem, fix });
};

function integer(value: bigint, name: string, at: string): number {
  const number = Number(value);
  return Number.isSafeInteger(number)
    ? number
    : refuse(at, `the attribute ${name} is ${value}`, 'Use an integer of less than 2^53');
}

export function int(): AttributeSpec<number | undefined>;
export function int(fallback: number): AttributeSpec<number>;
export function int(fallback?: number): AttributeSpec<number | undefined> {
  return { kind: 'int', fallback, read: ({ i, name }, { at }) => integer(i, name, at) };
}

/** An int that means yes or no. */
export const flag = (fallback: boolean): AttributeSpec<boolean> => ({
  kind: 'int',
  fallback,
  read: ({ i }) => i !== 0n,
});

export const ints = (): AttributeSpec<readonly number[] | undefined> => ({
  kind: 'ints',
  fallback: undefined,
  read: (proto, { at }) => proto.ints.map((i) => integer(i, proto.name, at)),
});

export function float(): AttributeSpec<number | undefined>;
export function float(fallback: number): AttributeSpec<number>;
export function float(fallback?: number): AttributeSpec<number | undefined> {
  return { kind: 'float', fallback: fallback && Math.fround(fallback), read: ({ f }) => f };
}

export const floats = (): AttributeSpec<readonly number[] | undefined> => ({
  kind: 'floats',
  fallback: undefined,
  read: (proto) => proto.floats,
});

/** A string out of a closed list, the first being the default. */
export const oneOf = <const T extends string>(...choices: readonly [T, ...T[]]): AttributeSpec<T> => ({
  kind: 'string',
  fallback: choices[0],
  read({ s, name }, { at }) {
    const text = utf8.decode(s);
    return (
      choices.find((choice) => choice === text) ??
      refuse(at, `the attribute ${name} is "${text}"`, `Use one of ${choices.join(', ')}`)
    );
  },
});

export const string = (): AttributeSpec<string | undefined> => ({
  kind: 'string',
  fallback: undefined,
  read: ({ s }) => utf8.decode(s),
});

/** An int that is ONNX's code of an element type. */
export const dtype = (fallback?: DType): AttributeSpec<DType | undefined> => ({
  kind: 'int',
  fallback,
  read: ({ i, name }, { at }) => dtypeOf(Number(i), `${at}, attribute ${name}`),
});

export const tensorValue = (): AttributeSpec<Tensor | undefined> => ({
  kind: 'tensor',
  fallback: undefined,
  read: ({ t, name }, { at, external }) =>
    t
      ? tensorOf(t, `${at}, attribute ${name}`, external)
      : refuse(at, `the attribute ${name} is empty`, 'Set it'),
});

/** An attribute that this importer knows only to say why the node cannot be used. */
export const refused = (kind: AttributeKind, problem: string, fix: string): AttributeSpec<undefined> => ({
  kind,
  fallback: undefined,
  read: ({ name }, { at }) => refuse(at, `the attribute ${name} is set: ${problem}`, fix),
});

/** The same attribute, which a node must have. */
export const required = <T>(spec: AttributeSpec<T | undefined>): AttributeSpec<T> =>
  ({ ...spec, required: true }) as AttributeSpec<T>;

/**
 * The attributes of one node.
 *
 * @throws PP1006 for an attribute that is missing, unknown, given twice or of a wrong type.
 */
export function readAttributes(
  specs: AttributeSpecs,
  protos: readonly AttributeProto[],
  reading: Reading,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const proto of protos) {
    const spec = Object.hasOwn(specs, proto.name) ? specs[proto.name] : undefined;
    const isTwice = Object.hasOwn(values, proto.name);
    if (!spec || isTwice || proto.refAttrName || proto.type !== kinds[spec.kind])
      return refuse(reading.at, ...faultOf(proto, spec, specs));
    values[proto.name] = spec.read(proto, reading);
  }
  for (const name in specs) {
    if (Object.hasOwn(values, name)) continue;
    const { required, kind, fallback } = specs[name]!;
    if (required) refuse(reading.at, `the attribute ${name} is missing`, `Give it, of type ${kind}`);
    values[name] = fallback;
  }
  return values;
}

/** What is wrong with an attribute; if nothing else, it is given twice. */
function faultOf(
  { name, type, refAttrName }: AttributeProto,
  spec: AttributeSpec<unknown> | undefined,
  specs: AttributeSpecs,
): readonly [problem: string, fix: string] {
  const known = Object.keys(specs).join(', ') || 'none';
  if (!spec) return [`the attribute ${name} is unknown`, `Remove it; known are: ${known}`];
  if (refAttrName)
    return [`the attribute ${name} refers to an attribute of a function`, 'Inline the function'];
  const given = kindNames.get(type) ?? `of type ${type}`;
  if (type !== kinds[spec.kind])
    return [`the attribute ${name} is ${given}`, `Give it the type ${spec.kind}`];
  return [`the attribute ${name} is given twice`, 'Remove one'];
}
