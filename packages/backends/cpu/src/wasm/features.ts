import { f32x4, i32x4 } from './expr.ts';
import { type Body, ModuleBuilder } from './module.ts';
import type { MemoryLimits } from './nodes.ts';

/** What this runtime's WebAssembly can compile. */
export interface Features {
  readonly simd: boolean;
  /** Fused multiply-add and other instructions whose rounding the machine chooses. Node 20 wants a flag for it. */
  readonly relaxedSimd: boolean;
  /** Shared memories. A page also needs cross-origin isolation to create one. */
  readonly threads: boolean;
}

/** Asks the runtime, by validating tiny modules. */
export function features(): Features {
  return {
    simd: accepts((f) => f.let('v', i32x4.splat(1))),
    relaxedSimd: accepts((f) => {
      const v = f.let('v', i32x4.splat(1));
      f.set(v, f32x4.relaxed_madd(v, v, v));
    }),
    threads: accepts(() => {}, { minPages: 1, maxPages: 1, shared: true }),
  };
}

function accepts(body: Body<Record<never, never>>, memory: MemoryLimits = { minPages: 0 }): boolean {
  const module = new ModuleBuilder(memory);
  module.func('probe', {}, [], body);
  return WebAssembly.validate(module.toBytes());
}
