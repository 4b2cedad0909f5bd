import { PolyphaseError } from '@polyphase/ir';
import type { BinaryName, Scalar, UnaryName } from '@polyphase/kernel';
import type { Writer } from '../term.ts';
import { f32 } from './floats.ts';
import { bool, i32, u32 } from './integers.ts';
import type { ScalarText } from './scalar.ts';
import { f64, words } from './wide.ts';

const scalars: Readonly<Record<Scalar, ScalarText>> = {
  f32,
  f64,
  i32,
  u32,
  bool,
  i64: words('less_i64', 'i64'),
  u64: words('less_u64', 'u64'),
};

/** @throws PP3005 for what was not refused and should have been. */
export function missing(what: string): never {
  throw new PolyphaseError('PP3005', {
    at: 'webgpu',
    problem: `it has no WGSL for ${what}`,
    fix: 'Report this as a defect: the layer should have been refused',
  });
}

export const scalarText = (type: Scalar): ScalarText => scalars[type];

/** Whether there is WGSL for a function of a scalar. */
export const hasUnary = (op: UnaryName, type: Scalar): boolean => scalars[type].unary[op] !== undefined;
export const hasBinary = (op: BinaryName, type: Scalar): boolean => scalars[type].binary[op] !== undefined;

export const unaryText = (op: UnaryName, type: Scalar): Writer =>
  scalarText(type).unary[op] ?? missing(`${op} of ${type}`);
export const binaryText = (op: BinaryName, type: Scalar): Writer =>
  scalarText(type).binary[op] ?? missing(`${op} of ${type}`);
