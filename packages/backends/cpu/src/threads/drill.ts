/**
 * For tests: runs in which each thread takes part in each shared step, and in which nothing is found in memory but what was
 * put there.
 */
export interface Drill {
  /** The chunks of shared steps so far, and how many of them other threads than the caller's have run. */
  chunks: number;
  helped: number;
}

export const newDrill = (): Drill => ({ chunks: 0, helped: 0 });

/** NaN in every floating-point type, and far out of bounds as an index. */
const poison = 0x7ff87ff8;

/** Spoils the memory from `begin` on, at a multiple of 4: a result that depends on it is NaN. */
export const spoil = ({ buffer }: WebAssembly.Memory, begin: number): void =>
  void new Int32Array(buffer, begin).fill(poison);
