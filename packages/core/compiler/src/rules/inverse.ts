/** Layers that undo one another, or that are one of their kind together. Leaves no such pair. */

import {
  cast,
  concat,
  type DType,
  depthToSpace,
  dtypes,
  isFloat,
  isInteger,
  isOp,
  outputOf,
  slice,
  spaceToDepth,
  split,
  type Value,
} from '@polyphase/ir';
import { inPlaceOf, type Rule, rule } from '../rewrite.ts';

/** spaceToDepth(depthToSpace(x, b), b) -> x, in the order of channels that spaceToDepth makes */
const depthAndBack = rule('depth/drop-round-trip', spaceToDepth, (node, around) => {
  const inner = around.producer(node.inputs[0]!);
  if (!inner || !isOp(inner, depthToSpace)) return undefined;
  const { blocksize, mode } = inner.attributes;
  // Of one channel, both orders are the same.
  if (mode !== 'DCR' && outputOf(inner).type.shape[1] !== 1) return undefined;
  return blocksize === node.attributes.blocksize ? { sameAs: [inner.inputs[0]!] } : undefined;
});

/** depthToSpace(spaceToDepth(x, b), b) -> x, likewise */
const spaceAndBack = rule('space/drop-round-trip', depthToSpace, (node, around) => {
  const inner = around.producer(node.inputs[0]!);
  if (!inner || !isOp(inner, spaceToDepth)) return undefined;
  const { blocksize, mode } = node.attributes;
  if (mode !== 'DCR' && outputOf(node).type.shape[1] !== 1) return undefined;
  return blocksize === inner.attributes.blocksize ? { sameAs: [inner.inputs[0]!] } : undefined;
});

/** concat(...split(x)) -> x, all parts in order along the same axis */
const concatOfSplit = rule('split/drop-rejoined', concat, (node, around) => {
  const inner = around.producer(node.inputs[0]!);
  if (!inner || !isOp(inner, split) || inner.attributes.axis !== node.attributes.axis) return undefined;
  if (inner.outputs.length !== node.inputs.length) return undefined;
  return inner.outputs.every((part, i) => part === node.inputs[i])
    ? { sameAs: [inner.inputs[0]!] }
    : undefined;
});

/** split(concat(a, b, ...)) -> a, b, ..., cut where they were joined */
const splitOfConcat = rule('concat/drop-separated', split, (node, around) => {
  const inner = around.producer(node.inputs[0]!);
  const { axis, lengths } = node.attributes;
  if (!inner || !isOp(inner, concat) || inner.attributes.axis !== axis) return undefined;
  const parts = inner.inputs as readonly Value[];
  if (parts.length !== lengths.length) return undefined;
  return parts.every(({ type }, i) => type.shape[axis] === lengths[i]) ? { sameAs: parts } : undefined;
});

/** slice(slice(x)) -> slice(x): position i is start + step * (start' + step' * i) */
const mergeSlices = rule('slice/merge', slice, (node, around) => {
  const inner = around.producer(node.inputs[0]!);
  if (!inner || !isOp(inner, slice)) return undefined;
  const [outer, { start, step }] = [node.attributes, inner.attributes];
  const attributes = {
    start: start.map((at, axis) => (outer.length[axis] === 0 ? 0 : at + step[axis]! * outer.start[axis]!)),
    step: step.map((each, axis) => each * outer.step[axis]!),
    length: outer.length,
  };
  return [inPlaceOf(node, slice, { x: inner.inputs[0]! }, attributes)];
});

/** Significant bits of a type, with the sign for integers. */
const precision: Readonly<Partial<Record<DType, number>>> = {
  float16: 11,
  float32: 24,
  float64: 53,
};

/** Whether `to` holds every value of `from`. */
function isLossless(from: DType, to: DType): boolean {
  if (from === to || from === 'bool') return true;
  if (to === 'bool') return false;
  const bits = (dtype: DType): number => 8 * dtypes[dtype].bytes;
  if (isFloat(to)) {
    const exact = precision[to]!;
    return isFloat(from)
      ? precision[from]! <= exact
      : bits(from) - (dtypes[from].kind === 'int' ? 1 : 0) <= exact;
  }
  if (isFloat(from)) return false;
  return dtypes[from].kind === dtypes[to].kind
    ? bits(from) <= bits(to)
    : dtypes[from].kind === 'uint' && bits(from) < bits(to);
}

/** Numbers that do not fit an integer type wrap from another one and saturate from a float. */
const overflowsAlike = (from: DType, between: DType, to: DType): boolean =>
  !isInteger(to) || isFloat(from) === isFloat(between) || isLossless(from, to);

/** cast(cast(x, b), c) -> cast(x, c), where b holds every value of x */
const mergeCasts = rule('cast/merge', cast, (node, around) => {
  const inner = around.producer(node.inputs[0]!);
  if (!inner || !isOp(inner, cast)) return undefined;
  const x = inner.inputs[0]!;
  const [from, between, { to }] = [x.type.dtype, inner.attributes.to, node.attributes];
  if (!isLossless(from, between) || !overflowsAlike(from, between, to)) return undefined;
  return [inPlaceOf(node, cast, { x }, { to })];
});

export const inverseRules: readonly Rule[] = [
  depthAndBack,
  spaceAndBack,
  concatOfSplit,
  splitOfConcat,
  mergeSlices,
  mergeCasts,
];
