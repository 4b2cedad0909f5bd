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
    probe: async () => probe(relaxedSimd),
    refuses: refusal,
    compile(region, context) {
      const relaxed = relaxedSimd === 'auto' ? features().relaxedSimd : relaxedSimd;
      return compileRegion(region, { relaxed, maxMemory }, context);
    },
    async close() {},
  }),
);

function probe(wanted: 'auto' | boolean): Probe {
  const { simd, relaxedSimd } = features();
  if (!simd) return { ok: false, why: 'this runtime has no WebAssembly SIMD' };
  if (wanted === true && !relaxedSimd)
    return { ok: false, why: 'relaxedSimd is true, and this runtime has no relaxed WebAssembly SIMD' };
  const relaxed = wanted === false ? 'switched off' : relaxedSimd ? 'used' : 'not available';
  return { ok: true, detail: `WebAssembly SIMD; relaxed SIMD ${relaxed}` };
}

/** Indexes are signed 32-bit numbers. */
const mostElements = 2 ** 31 - 1;

function refusal({ inputs, outputs }: Node): string | undefined {
  const sizes = [...inputs, ...outputs].map((value) => (value ? elementsOf(value.type) : 0));
  const largest = Math.max(...sizes);
  return largest > mostElements ? `a tensor of ${largest} elements is beyond 32-bit indexes` : undefined;
}

const elementsOf = (type: TensorType): number => sizeOf(staticType(type).shape);
