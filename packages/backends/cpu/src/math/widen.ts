/** float16 to float32 on the host. */
import { fromFloat16 } from '@polyphase/ir';

const exponentMask = 0x7c00;

/** The numbers that bit patterns stand for, exactly. */
export function widen(halves: Uint16Array): Float32Array {
  const numbers = new Float32Array(halves.length);
  const bits = new Uint32Array(numbers.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!;
    if ((half & exponentMask) === exponentMask) {
      numbers[i] = fromFloat16(half);
      continue;
    }
    // 2^112 moves the exponent bias from 15 to 127, and normalises what is denormal in float16.
    bits[i] = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
    numbers[i] = numbers[i]! * 2 ** 112;
  }
  return numbers;
}

export const areFinite = (halves: Uint16Array): boolean =>
  halves.every((half) => (half & exponentMask) !== exponentMask);
