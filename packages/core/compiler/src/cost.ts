import { dtypes, isStatic, type Node, products, reshape, sizeOf, type TensorType } from '@polyphase/ir';

/** What layers cost, backends aside. */
export interface Cost {
  /** Multiply-adds of the contractions. */
  readonly products: number;
  /** Bytes read and written, each operand and each output once. */
  readonly bytes: number;
}

/**
 * What a core with 8 float32 lanes does in a microsecond: multiply-adds, and bytes moved. Rules and placements gain
 * factors, not percents: only the order of magnitude matters.
 */
const productsPerMicrosecond = 27_000;
const bytesPerMicrosecond = 13_500;

export const bytesOf = ({ dtype, shape }: TensorType): number =>
  isStatic(shape) ? sizeOf(shape) * dtypes[dtype].bytes : Number.NaN;

/** The bytes that a layer reads and writes. A reshape moves nothing: both values share a buffer. */
export function bytesMoved(node: Node): number {
  if (node.op === reshape.name) return 0;
  const values = [...node.inputs.filter((value) => value !== undefined), ...node.outputs];
  return values.reduce((all, { type }) => all + bytesOf(type), 0);
}

export const isStaticNode = (node: Node): boolean =>
  [...node.inputs, ...node.outputs].every((value) => value === undefined || isStatic(value.type.shape));

/** The cost of the layers, each on its own; undefined while a size is open. */
export function costOf(nodes: readonly Node[]): Cost | undefined {
  if (!nodes.every(isStaticNode)) return undefined;
  return {
    products: nodes.reduce((all, node) => all + products(node), 0),
    bytes: nodes.reduce((all, node) => all + bytesMoved(node), 0),
  };
}

/** Whether `after` takes less time than `before`; never while a size is open. */
export function isCheaper(after: readonly Node[], before: readonly Node[]): boolean {
  const [a, b] = [costOf(after), costOf(before)];
  return a !== undefined && b !== undefined && timeOf(a) < timeOf(b);
}

/** Microseconds on one core, roughly. */
export const timeOf = ({ products, bytes }: Cost): number =>
  products / productsPerMicrosecond + bytes / bytesPerMicrosecond;
