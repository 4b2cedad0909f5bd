import { type Node, sizeOf, staticType, type TensorType } from '@polyphase/ir';
import { type Backend, defineBackend, type Probe } from '@polyphase/plugin';
import { compileRegion } from './compile/compile.ts';
import { mostBytes } from './compile/memory.ts';
import { features } from './wasm/index.ts';

export interface CpuOptions {
  /**
   * Whether to use relaxed SIMD, whose fused multiply-adds make products and sums faster, rounded once instead of twice
   * (default: 'auto', where the runtime has it).
   */
  readonly relaxedSimd?: 'auto' | boolean;
  /** The most memory that one compiled region may take, in bytes; default: what 32-bit addresses reach. */
  readonly maxMemory?: number;
}

/** Runs layers on the CPU as WebAssembly SIMD, generated for their exact shapes. */
export const cpu = defineBackend(
  ({ relaxedSimd = 'auto', maxMemory = mostBytes }: CpuOptions): Backend => ({
    name: 'cpu',
    async probe(): Promise<Probe> {
      const { simd, relaxedSimd: fused } = features();
      if (!simd) return { ok: false, why: 'this runtime has no WebAssembly SIMD' };
      if (relaxedSimd === true && !fused)
        return {
          ok: false,
          why: 'this runtime has no relaxed WebAssembly SIMD, which relaxedSimd: true asks for',
        };
      const used = relaxedSimd !== false && fused;
      return {
        ok: true,
        detail: `WebAssembly SIMD, ${used ? 'relaxed' : fused ? 'relaxed SIMD switched off' : 'no relaxed SIMD here'}`,
      };
    },
    refuses: (node) => refusal(node),
    compile(region) {
      const relaxed = relaxedSimd === 'auto' ? features().relaxedSimd : relaxedSimd;
      return compileRegion(region, { relaxed, maxMemory });
    },
    async close() {},
  }),
);

/** Indexes are signed 32-bit numbers. */
const mostElements = 2 ** 31 - 1;

function refusal({ inputs, outputs }: Node): string | undefined {
  const sizes = [...inputs, ...outputs].map((value) => (value ? elementsOf(value.type) : 0));
  const largest = Math.max(...sizes);
  return largest > mostElements ? `a tensor of ${largest} elements is beyond 32-bit indexes` : undefined;
}

const elementsOf = (type: TensorType): number => sizeOf(staticType(type).shape);
