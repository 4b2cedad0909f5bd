import { features } from './wasm/index.ts';

/** What of Node is used, where there is Node. */
interface WithBuiltins {
  readonly process?: {
    getBuiltinModule?(name: 'node:v8'): { setFlagsFromString(flag: string): void } | undefined;
  };
}

/**
 * Whether relaxed SIMD can be used. With `flags`, V8's flag for it is set first where the engine does not have it without
 * (Node 20), for the whole process: modules compiled from then on may use its instructions, others are not affected.
 */
export function hasRelaxedSimd(flags: boolean): boolean {
  const { simd, relaxedSimd } = features();
  if (relaxedSimd || !simd || !flags) return relaxedSimd;
  const v8 = (globalThis as WithBuiltins).process?.getBuiltinModule?.('node:v8');
  if (!v8) return false;
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  return features().relaxedSimd;
}
