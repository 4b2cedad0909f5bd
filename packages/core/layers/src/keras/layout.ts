import { type DType, stridesOf, type Tensor } from '@polyphase/ir';
import { needRank, oneOf } from '../arguments.ts';
import { type Flow, isFlow, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';

/** Where the channels stand: behind the spatial axes, as Keras has it by default, or before them. */
export type DataFormat = 'channels_last' | 'channels_first';

export interface Formatted {
  /** Default 'channels_last'. */
  readonly data_format?: DataFormat | undefined;
}

/** The spatial axes of an operand of this format. @throws PP2002, PP2003. */
export function spatialAxesOf(x: Operand, format: DataFormat | undefined, axes: number): readonly number[] {
  const first = isChannelsFirst(x, format, axes) ? 2 : 1;
  return Array.from({ length: axes }, (_, a) => a + first);
}

function isChannelsFirst(x: Operand, format: DataFormat = 'channels_last', axes: number): boolean {
  oneOf('data_format', format, ['channels_last', 'channels_first']);
  const first = format === 'channels_first';
  needRank(x, axes + 2, first ? '[batch, channels, spatial]' : '[batch, spatial, channels]');
  return first;
}

/** How a builder of so many spatial axes stands to x. */
interface Placed {
  readonly format: DataFormat | undefined;
  readonly axes: number;
  readonly name: string;
}

/**
 * What `build` makes of x with its channels at axis 1, in the layout of x. `build` also learns which axis of its result the
 * last axis of x's layout is. The compiler takes out transpositions that meet.
 */
export function inChannelsFirst(
  x: Operand,
  { format, axes, name }: Placed,
  build: (x: Operand, lastAxis: number) => Flow,
): Flow {
  if (isChannelsFirst(x, format, axes)) return build(x, axes + 1);
  return withAxisFirst(x, axes + 1, name, (moved) => build(moved, 1));
}

/** What `build` makes of x with this axis moved to axis 1, moved back. */
export function withAxisFirst(x: Operand, axis: number, name: string, build: (x: Operand) => Flow): Flow {
  if (axis === 1) return build(x);
  const others = x.shape.map((_, a) => a).filter((a) => a !== axis);
  const perm = others.toSpliced(1, 0, axis);
  const back = perm.map((_, a) => perm.indexOf(a));
  const y = build(layers.transpose(x, perm, { name: `${name}/channels-first` }));
  return layers.transpose(y, back, { name: `${name}/channels-last` });
}

/** Weights with their axes in another order; a constant is reordered here and now. */
export function reordered(weights: Operand, perm: readonly number[], name: string): Operand {
  if (!isFlow(weights)) return permuted(weights, perm);
  return layers.transpose(weights, perm, { name });
}

/** Weights under another shape. */
export function reshaped(weights: Operand, shape: readonly number[], name: string): Operand {
  return isFlow(weights) ? layers.reshape(weights, shape, { name }) : { ...weights, shape };
}

/** A tensor with its axes in another order; elements are moved as they are. */
export function permuted<D extends DType>(value: Tensor<D>, perm: readonly number[]): Tensor<D> {
  const strides = stridesOf(value.shape);
  const shape = perm.map((axis) => value.shape[axis]!);
  const steps = perm.map((axis) => strides[axis]!);
  const index = shape.map(() => 0);
  const data = value.data.slice() as Tensor<D>['data'];
  const [from, to] = [value.data, data] as unknown as [ArrayLike<number>, number[]];
  for (let i = 0, at = 0; i < from.length; i++) {
    to[i] = from[at]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += steps[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      at -= steps[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return { ...value, shape, data };
}
