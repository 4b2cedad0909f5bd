import type { Graph, Value } from '@polyphase/ir';
import { known, Layers } from './run.testing.ts';

/** A convolution of either kind, with what follows it. */
export interface Row {
  readonly x: readonly number[];
  /** Output channels of a group, and lengths of the kernel. */
  readonly rows: number;
  readonly kernel: readonly number[];
  readonly stride?: readonly number[];
  readonly dilation?: readonly number[];
  readonly cut?: readonly (readonly [number, number])[];
  readonly groups?: number;
  readonly tail?: 'relu' | 'residual' | 'column';
}

/** The layer on inputs of whole numbers; its weights are whole, too. */
export function layer(op: 'conv' | 'convTranspose', row: Row): Graph {
  const { x, rows, kernel, groups = 1 } = row;
  const layers = new Layers();
  const input = layers.input(x);
  const channels = x[1]! / groups;
  const shape = op === 'conv' ? [rows * groups, channels] : [x[1]!, rows];
  const cut = row.cut ?? kernel.map(() => [0, 0] as const);
  const ones = kernel.map(() => 1);
  const y = layers.op(op, [input, known([...shape, ...kernel], 1), known([rows * groups], 2)], {
    stride: row.stride ?? ones,
    dilation: row.dilation ?? ones,
    groups,
    ...(op === 'conv' ? { pads: cut } : { crop: cut }),
  });
  return layers.graph(withTail(layers, y, row.tail));
}

/** What follows element by element: nothing, or what reads a map of the same shape, or a number for each column. */
function withTail(layers: Layers, y: Value, tail: Row['tail']): Value {
  const shape = y.type.shape as readonly number[];
  if (tail === undefined) return y;
  if (tail === 'relu') return layers.op('relu', [y]);
  return layers.op('add', [y, layers.input(tail === 'residual' ? shape : shape.slice(-1))]);
}
