import type { Op, Operands, Tensor, Value } from '@polyphase/ir';
import type { AttributeSpecs, AttributesOf } from './attributes.ts';

/** What an operator yields: its outputs in order; undefined for an optional one that cannot be had. */
export type Outputs = Value | readonly (Value | undefined)[];

/** What a row may ask and do while it puts one ONNX node into the graph. */
export interface Context {
  /** The version of ONNX's operator set that the model imports. */
  readonly opset: number;
  /** How many outputs the node names, and whether it names the one at `position`. */
  readonly outputCount: number;
  names(position: number): boolean;
  /**
   * Adds a layer and gives its first output. `part` marks one of several layers of a node: `up/scaled`; the layer
   * without it bears the node's own name and outputs.
   */
  make<K extends string, A extends object>(
    op: Op<K, A>,
    operands: NoInfer<Operands<K, Value>>,
    attributes: NoInfer<Partial<A>>,
    part?: string,
  ): Value;
  /** `make` for layers with several outputs. */
  makeAll<K extends string, A extends object>(
    op: Op<K, A>,
    operands: NoInfer<Operands<K, Value>>,
    attributes: NoInfer<Partial<A>>,
    part?: string,
  ): readonly Value[];
  constant(tensor: Tensor, part?: string): Value;
  /**
   * The elements of an operand that shapes depend on; the row lists its name in `elements`.
   *
   * @throws PP1010 when they depend on an input whose elements are not given.
   */
  elements(value: Value): readonly number[];
  /** `elements` where there may be none: undefined for an operand that is not given. */
  optionalElements(value: Value | undefined): readonly number[] | undefined;
}

/** How one operator is read from one version of the operator set on. */
export interface Row {
  /** ONNX's operands: `name`, `name?` optional, `...names` any number, last. */
  readonly inputs: readonly string[];
  readonly attributes: AttributeSpecs;
  /** The operands whose elements decide shapes. */
  readonly elements: readonly string[];
  /** The outputs depend on the operands' shapes, not on their elements. */
  readonly shapesOnly: boolean;
  build(
    operands: Readonly<Record<string, unknown>>,
    attributes: Readonly<Record<string, unknown>>,
    context: Context,
  ): Outputs;
}

/** A row as its author writes it. */
interface RowDefinition<K extends string, S extends AttributeSpecs> {
  readonly inputs: readonly K[];
  readonly attributes?: S;
  readonly elements?: readonly NoInfer<K extends `${infer N}?` ? N : K>[];
  readonly shapesOnly?: boolean;
  build(operands: Operands<K, Value>, attributes: AttributesOf<S>, context: Context): Outputs;
}

/** Types the operands and attributes of `build` by the row's own lists. */
export const row = <const K extends string, const S extends AttributeSpecs = Record<never, never>>(
  definition: RowDefinition<K, S>,
): Row => ({ attributes: {}, elements: [], shapesOnly: false, ...definition }) as unknown as Row;

/**
 * The rows of one operator, each by the version of the operator set that it holds from; the first is the version that
 * brought the operator.
 */
export type Versions = Readonly<Record<number, Row>>;

/** Operators by ONNX's name. */
export type Table = Readonly<Record<string, Versions>>;
