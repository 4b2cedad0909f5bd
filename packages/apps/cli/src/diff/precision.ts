import { type Dense, isFloat } from '@polyphase/ir';
import type { Suspect } from './causes.ts';
import { defined, type Evidence } from './evidence.ts';

/** The nearest number whose significand has this many bits. */
export function withBits(x: number, bits: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(x))) + 1 - bits);
  const scaled = x / unit;
  const down = Math.floor(scaled);
  const rest = scaled - down;
  const up = rest > 0.5 || (rest === 0.5 && down % 2 !== 0);
  return (up ? down + 1 : down) * unit;
}

/** Significands, the hidden bit included. */
const formats = [
  { bits: 8, name: 'bfloat16 (8 bits)' },
  { bits: 11, name: 'float16 or TF32 (11 bits)' },
] as const;

/** Operands or results with fewer bits than their type has. */
export const precisionSuspects = (evidence: Evidence): readonly Suspect[] =>
  formats.flatMap(({ bits, name }): readonly Suspect[] => {
    const coarse = (x: Dense | undefined): Dense | undefined =>
      x && isFloat(x.dtype) ? { ...x, data: x.data.map((value) => withBits(value, bits)) } : x;
    return [
      {
        words: `the operands are rounded to ${name} before they are multiplied`,
        data: () => defined(evidence, {}, evidence.operands.map(coarse)),
      },
      {
        words: `the result is rounded to ${name}`,
        data: () => evidence.expected.map((value) => withBits(value, bits)),
      },
    ];
  });

/** An error that is everywhere small and nowhere that of a known format: its size says how many bits were kept. */
export function roughness({ expected, actual, type, maxError }: Evidence): string | undefined {
  if (!isFloat(type.dtype)) return undefined;
  const largest = expected.reduce(
    (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
    0,
  );
  const relative = maxError / largest;
  if (!(relative > 0 && relative < 2 ** -5) || actual.some((value) => !Number.isFinite(value)))
    return undefined;
  const bits = Math.round(-Math.log2(relative));
  const meaning =
    bits <= 10
      ? 'that is the size of bfloat16 arithmetic'
      : bits <= 14
        ? 'that is the size of float16 or TF32 arithmetic'
        : 'that is float32 arithmetic in another order or with an approximate function, beyond the derived tolerance';
  return `Precision is lost: errors are up to 2^-${bits} of the largest element; ${meaning}.`;
}
