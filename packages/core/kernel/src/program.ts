import type { DataArray, Node, Value } from '@polyphase/ir';
import type { Buffer, Expr, LoopKernel, LoopVar } from './expr.ts';

/** The pointwise tail of a contraction, applied in registers at the store. */
export interface Epilogue {
  /** One variable an axis of the contraction's output; `value` may load other buffers at indexes made of these. */
  readonly loops: readonly LoopVar[];
  /**
   * The contraction's sum at this position, standing in `value` as this very object: a load from a buffer that is not
   * in memory.
   */
  readonly sum: Expr;
  /** Holds no reductions, and loads at affine indexes only. Of the output's dtype, which is the contraction's own. */
  readonly value: Expr;
}

/** A layer that the backend has a kernel family for: convolution, transposed convolution, matrix product. */
export interface ContractionStep {
  readonly kind: 'contraction';
  readonly node: Node;
  /** Operands in the node's order. */
  readonly inputs: readonly (Buffer | undefined)[];
  readonly output: Buffer;
  readonly epilogue?: Epilogue | undefined;
  /** The layers computed here, `node` first, then those fused into its epilogue. */
  readonly nodes: readonly Node[];
}

export interface LoopStep {
  readonly kind: 'loop';
  readonly kernel: LoopKernel;
  readonly nodes: readonly Node[];
}

/** A region as steps over buffers: what a code-generating backend turns into its own text. */
export interface KernelProgram {
  readonly steps: readonly (ContractionStep | LoopStep)[];
  /** Every buffer that a step touches. Reshapes have vanished: both values share one buffer. */
  readonly buffers: readonly Buffer[];
  /**
   * In the order of the region's inputs and outputs. Two outputs, or an input and an output, may share a buffer, and an
   * output may be a constant. Inputs and constants are never stored to.
   */
  readonly inputs: readonly Buffer[];
  readonly outputs: readonly Buffer[];
  /** Weights and index tables, in the buffers' dtypes. */
  readonly constants: ReadonlyMap<Buffer, DataArray>;
  /** Where values lie; what was substituted into its readers lies nowhere. */
  readonly bufferOf: ReadonlyMap<Value, Buffer>;
}
