import { setFlagsFromString } from 'node:v8';

/** (module (func (param v128) (drop (f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0))))) */
const relaxedModule = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 5, 1, 0x60, 1, 0x7b, 0],
  ...[3, 2, 1, 0],
  ...[10, 14, 1, 12, 0, 0x20, 0, 0x20, 0, 0x20, 0, 0xfd, 0x85, 2, 0x1a, 0x0b],
);

export const relaxedSimdHere = (): boolean => WebAssembly.validate(relaxedModule);

/** Node 20 has it behind a flag; later versions know no such flag and need none. */
export function turnOnRelaxedSimd(): void {
  if (!relaxedSimdHere()) setFlagsFromString('--experimental-wasm-relaxed-simd');
}
