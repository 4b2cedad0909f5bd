import type { BinaryName, CompareName, UnaryName } from '@polyphase/kernel';
import { relation, type Writer } from '../term.ts';

/** What a scalar is in WGSL, and how each of its operations is written. */
export interface ScalarText {
  readonly type: string;
  literal(value: number): Writer;
  readonly unary: Partial<Readonly<Record<UnaryName, Writer>>>;
  readonly binary: Partial<Readonly<Record<BinaryName, Writer>>>;
  readonly compare: Readonly<Record<CompareName, Writer>>;
}

/** Those of numbers that WGSL compares itself. */
export const comparisons: Readonly<Record<CompareName, Writer>> = {
  eq: relation('=='),
  ne: relation('!='),
  lt: relation('<'),
  le: relation('<='),
  gt: relation('>'),
  ge: relation('>='),
};
