/**
 * In which order the axes of a value lie in its tensor: axis i of the tensor is axis `order[i]` of the value. Kernels of
 * TensorFlow.js want channels last, so values stay that way from one to the next, and a transpose changes nothing else.
 */
export type Order = readonly number[];

export const naturalOrder = (rank: number): Order => Array.from({ length: rank }, (_, axis) => axis);

/** [N, spatial, C] of a value [N, C, spatial]. */
export const channelsLast = (rank: number): Order => [
  0,
  ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2),
  1,
];

export const sameOrder = (a: Order, b: Order): boolean =>
  a.length === b.length && a.every((axis, i) => axis === b[i]);

/** The lengths of the tensor's axes. */
export const storedShape = (shape: readonly number[], order: Order): number[] =>
  order.map((axis) => shape[axis]!);

/** Which axis of the tensor each of these axes of the value is. */
export const storedAxes = (axes: readonly number[], order: Order): number[] =>
  axes.map((axis) => order.indexOf(axis));

/** The order of what is left of a value without some of its axes. */
export const withoutAxes = (order: Order, axes: readonly number[]): Order =>
  order
    .filter((axis) => !axes.includes(axis))
    .map((axis) => axis - axes.filter((dropped) => dropped < axis).length);

/** How the axes of a tensor must be permuted to lie in another order. */
export const reordering = (from: Order, to: Order): number[] => to.map((axis) => from.indexOf(axis));
