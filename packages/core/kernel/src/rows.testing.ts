import { type DType, type Node, type OpName, type Tensor, tensor } from '@polyphase/ir';
import { expectAsDefined, Region, samples } from './graphs.testing.ts';

/** An operand: a shape of float32 samples, or a type with its elements; undefined is not given. */
export type OperandRow =
  | readonly number[]
  | { shape: readonly number[]; dtype?: DType; data?: readonly number[] }
  | undefined;

export interface OpRow {
  readonly inputs: readonly OperandRow[];
  readonly attributes?: object;
  /** The type of operands that do not say otherwise. */
  readonly dtype?: DType;
  /** Roundings of the greatest output that a result may be away. */
  readonly roundings?: number;
}

export const isContraction = ({ op }: Node): boolean => ['conv', 'convTranspose', 'matMul'].includes(op);

const isShape = (row: OperandRow): row is readonly number[] => Array.isArray(row);

/** Runs one layer on its rows' operands and compares every output with the definition. */
export function expectLayer(
  op: OpName,
  { inputs, attributes = {}, dtype = 'float32', roundings }: OpRow,
): void {
  const region = new Region();
  const tensors: Tensor[] = [];
  const values = inputs.map((row, i) => {
    if (!row) return undefined;
    const { shape, dtype: own = dtype, data } = isShape(row) ? { shape: row } : row;
    tensors.push(data ? tensor([...data], shape, own) : samples(shape, own, i + 1));
    return region.input(shape, own);
  });
  const graph = region.graph(region.all(op, values, attributes));
  expectAsDefined(graph, { inputs: tensors, ...(roundings !== undefined && { roundings }) });
}
