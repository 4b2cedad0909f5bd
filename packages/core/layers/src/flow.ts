import {
  type Dim,
  type DType,
  inNode,
  make,
  type Node,
  type Op,
  type Operands,
  type Tensor,
  type Value,
} from '@polyphase/ir';

/** What a layer builder takes and gives: a value of the network, together with the layer that makes it. */
export interface Flow {
  readonly dtype: DType;
  /** A length that is open until a run is a text: `'height'`, `'2*height'`. */
  readonly shape: readonly Dim[];
  readonly value: Value;
  /** The layer that makes it and what that layer reads; undefined for inputs and constants. */
  readonly from?: { readonly node: Node; readonly operands: readonly Flow[] } | undefined;
}

/** A flow, or data that becomes a constant. */
export type Operand = Flow | Tensor;

/** What every layer builder takes besides its own arguments. */
export interface Named {
  /** The layer's name in errors and reports. Default: the builder's; layers of one name are numbered. */
  readonly name?: string | undefined;
}

export const isFlow = (operand: Operand): operand is Flow => 'value' in operand;

const flowFrom = (value: Value, from?: Flow['from']): Flow => ({ ...value.type, value, from });

/** An open input, as `model` makes it. */
export const inputFlow = (name: string, dtype: DType, shape: readonly Dim[]): Flow =>
  flowFrom({ name, type: { dtype, shape } });

/** The operand as a flow; data becomes a constant of this name. */
export function flowOf(operand: Operand, name: string): Flow {
  if (isFlow(operand)) return operand;
  const { dtype, shape } = operand;
  return flowFrom({ name, type: { dtype, shape }, constant: operand });
}

/** Attributes, or how to find them: what that throws leaves with the layer's name. */
type Attributes<A> = Partial<A> | (() => Partial<A>);

/** All outputs of a layer of `op`. @throws what the shape rule of `op` does, with the layer's name. */
export function layerOutputs<K extends string, A extends object>(
  op: Op<K, A>,
  operands: NoInfer<Operands<K, Operand>>,
  attributes: NoInfer<Attributes<A>>,
  { name = op.name }: Named = {},
): readonly Flow[] {
  const sources: Flow[] = [];
  const constantOr = (operand: Operand, key: string): Value => {
    const flow = flowOf(operand, `${name}.${key}`);
    sources.push(flow);
    return flow.value;
  };
  const given = operands as Readonly<Record<string, Operand | readonly Operand[] | undefined>>;
  const values = Object.entries(given).map(([key, operand]) => {
    if (isList(operand)) return [key, operand.map((item, i) => constantOr(item, `${key}${i}`))];
    return [key, operand && constantOr(operand, key)];
  });
  const found = typeof attributes === 'function' ? building(op.name, { name }, attributes) : attributes;
  const node = make(op, Object.fromEntries(values) as Operands<K, Value>, found, { name });
  return node.outputs.map((value) => flowFrom(value, { node, operands: sources }));
}

/** The first output of a layer of `op`. @throws as `layerOutputs`. */
export const layer = <K extends string, A extends object>(
  op: Op<K, A>,
  operands: NoInfer<Operands<K, Operand>>,
  attributes: NoInfer<Attributes<A>>,
  named?: Named,
): Flow => layerOutputs(op, operands, attributes, named)[0]!;

/** Runs a builder that may itself refuse its arguments; such errors leave with the layer's name. */
export const building = <T>(builder: string, { name = builder }: Named, body: (name: string) => T): T =>
  inNode({ name, op: builder }, () => body(name));

const isList = (operand: Operand | readonly Operand[] | undefined): operand is readonly Operand[] =>
  Array.isArray(operand);
