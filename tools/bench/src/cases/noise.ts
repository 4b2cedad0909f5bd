/** Numbers in [-amplitude, amplitude), the same at every call (xorshift32). The seed is not 0. */
export function noise(count: number, amplitude = 1, seed = 0x9e3779b9): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state / 2 ** 31) * amplitude;
  });
}
