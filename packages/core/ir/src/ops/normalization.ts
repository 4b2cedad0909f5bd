import { printShape } from '../dim.ts';
import type { Value } from '../graph.ts';
import { need } from '../op.ts';
import { checkLength, checkRank } from './shared.ts';

export function checkEpsilon(epsilon: number): void {
  need(Number.isFinite(epsilon) && epsilon >= 0, 'PP2003', () => [
    `epsilon is ${epsilon}`,
    'Use a small number of at least 0',
  ]);
}

/** x is [N, C, ...] of at least `rank` axes, every other operand [C]. */
export function checkPerChannel(x: Value, rank: number, operands: Readonly<Record<string, Value>>): void {
  const { shape } = x.type;
  need(shape.length >= rank, 'PP2002', () => [
    `x has rank ${shape.length} ${printShape(shape)}, rank ${rank} or more is needed`,
    'Reshape x to batch, channels and spatial axes',
  ]);
  for (const [name, value] of Object.entries(operands)) {
    checkRank(name, value, 1);
    checkLength(`the length of ${name}`, value.type.shape[0]!, shape[1]!);
  }
}

export interface Moments {
  readonly mean: number;
  /** 1 / sqrt(variance + epsilon), the variance being the mean of the squared distances from the mean. */
  readonly invStdDev: number;
}

/** Mean and spread of the elements begin <= i < end. */
export function momentsOf(data: Float64Array, begin: number, end: number, epsilon: number): Moments {
  let sum = 0;
  for (let i = begin; i < end; i++) sum += data[i]!;
  const mean = sum / (end - begin);
  let squares = 0;
  for (let i = begin; i < end; i++) squares += (data[i]! - mean) ** 2;
  return { mean, invStdDev: 1 / Math.sqrt(squares / (end - begin) + epsilon) };
}

/** Rounded operations in one output of a normalisation over `elements`: two sums and the arithmetic around them. */
export const normalizationTerms = (elements: number): number => 2 * elements + 8;
