import type { Dim, Op, Operands, OpName, ops, Tensor, TensorType, Value } from '@polyphase/ir';
import type { Attributes } from './attributes.ts';

/** What an exporter may ask and do while it writes one layer. */
export interface Exporting {
  /** The version of ONNX's operator set that is written. */
  readonly opset: number;
  /** The types of the layer's outputs. */
  readonly types: readonly TensorType[];
  /** The operator that ONNX has for the layer is to be avoided, if there is another form. */
  readonly avoids: boolean;
  /** Writes one ONNX node with one output, by default of the type of the layer's first one. */
  node(
    operator: string,
    inputs: readonly (Value | undefined)[],
    attributes?: Attributes,
    type?: TensorType,
  ): Value;
  /** `node` with several outputs, by default those of the layer. */
  nodes(
    operator: string,
    inputs: readonly (Value | undefined)[],
    attributes?: Attributes,
    types?: readonly TensorType[],
  ): readonly Value[];
  /** Exports another layer in place of this one, or a part of what it is composed of; gives its first output. */
  make<K extends string, A extends object>(
    op: Op<K, A>,
    operands: NoInfer<Operands<K, Value>>,
    attributes?: NoInfer<Partial<A>>,
  ): Value;
  constant(tensor: Tensor): Value;
  /**
   * These lengths as an operand, an int64 vector; open ones are computed while the model runs.
   *
   * @throws PP2005 when a text cannot be computed from lengths that are known then.
   */
  lengths(shape: readonly Dim[]): Value;
}

type OpOf<N extends OpName> = (typeof ops)[N];
type AttributesOf<O> = O extends Op<infer _, infer A> ? A : never;
type OperandNames<O> = O extends Op<infer K, infer _> ? K : never;

/** How the layers of one operation are written. */
export type Exporter<N extends OpName> = (
  operands: Operands<OperandNames<OpOf<N>>, Value>,
  attributes: AttributesOf<OpOf<N>>,
  context: Exporting,
) => Value | readonly Value[];

/** One exporter for each operation. */
export type Exporters = { readonly [N in OpName]: Exporter<N> };
