import type { DType } from '@polyphase/ir';
import type {
  BinaryName,
  Buffer,
  CompareName,
  LoopVar,
  ReduceName,
  Scalar,
  UnaryName,
} from '@polyphase/kernel';

/** What all nodes have. */
export interface Common {
  readonly id: number;
  readonly type: Scalar;
  /** The loops around it that it depends on. */
  readonly free: ReadonlySet<LoopVar>;
  /** How many nodes and roots refer to it. */
  uses: number;
}

/** An element in memory. */
export interface Place {
  readonly buffer: Buffer;
  readonly dtype: DType;
  /** Where the element lies, `offset` bytes further on. */
  readonly address: Node;
  readonly offset: number;
  /** The bytes from the buffer's beginning that do not depend on any loop. */
  readonly base: number;
  /** Bytes from one step of a loop to the next, for loops that the address is affine in. */
  readonly strides: ReadonlyMap<LoopVar, number>;
  /** Loops in which it stands still for 2 or 4 steps, counted from 0, and then moves on by so many bytes. */
  readonly repeats: ReadonlyMap<LoopVar, Repeat>;
  /** The loops on which the address depends in other ways. */
  readonly irregular: ReadonlySet<LoopVar>;
}

export interface Repeat {
  readonly steps: number;
  readonly bytes: number;
}

export interface LoadNode extends Common, Place {
  readonly kind: 'load';
}

export interface BinaryNode extends Common {
  readonly kind: 'binary';
  readonly op: BinaryName;
  readonly a: Node;
  readonly b: Node;
  /** Of an i32 that is divided by a positive number: the greatest value of `a`, when it is never negative. */
  readonly most?: number;
}

export interface ReduceNode extends Common {
  readonly kind: 'reduce';
  readonly op: ReduceName;
  readonly loops: readonly LoopVar[];
  readonly body: Node;
}

/** A kernel's expressions with equal ones made one, and with indexes as addresses in bytes. */
export type Node =
  | (Common & { readonly kind: 'const'; readonly value: number })
  | (Common & { readonly kind: 'var'; readonly loop: LoopVar })
  /** The address of a buffer's first element. */
  | (Common & { readonly kind: 'base'; readonly buffer: Buffer })
  /** The sum that an epilogue starts from; it differs from one step of every loop to the next. */
  | (Common & { readonly kind: 'sum' })
  | LoadNode
  | ReduceNode
  | (Common & { readonly kind: 'unary'; readonly op: UnaryName; readonly x: Node })
  | BinaryNode
  | (Common & { readonly kind: 'compare'; readonly op: CompareName; readonly a: Node; readonly b: Node })
  | (Common & { readonly kind: 'select'; readonly condition: Node; readonly a: Node; readonly b: Node })
  | (Common & { readonly kind: 'convert'; readonly x: Node })
  | (Common & { readonly kind: 'narrow'; readonly dtype: DType; readonly x: Node });

export function operandsOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'load':
      return [node.address];
    case 'unary':
    case 'convert':
    case 'narrow':
      return [node.x];
    case 'binary':
    case 'compare':
      return [node.a, node.b];
    case 'select':
      return [node.condition, node.a, node.b];
    case 'reduce':
      return [node.body];
    default:
      return [];
  }
}
