import { type Node, PolyphaseError, sizeOf, staticType, type TensorType } from '@polyphase/ir';
import { type Backend, defineBackend, type Probe } from '@polyphase/plugin';
import { compileRegion } from './compile/compile.ts';
import { mostBytes } from './compile/memory.ts';
import { type Sharing, sharingAmong } from './compile/sharing.ts';
import type { Accuracy } from './families/family.ts';
import type { Pin } from './families/pins.ts';
import { hasRelaxedSimd } from './relaxed-simd.node.ts';
import { Threads, type ThreadsOption } from './threads/threads.ts';
import { features } from './wasm/index.ts';

export interface CpuOptions {
  /**
   * Whether to use relaxed SIMD, whose fused multiply-adds make products and sums faster, rounded once instead of twice
   * (default: 'auto', where the runtime has it).
   */
  readonly relaxedSimd?: 'auto' | boolean;
  /**
   * Whether V8's flag for relaxed SIMD may be set in Node versions that have it behind one (default: true). It is set for
   * the whole process, and does nothing but let modules use these instructions.
   */
  readonly v8Flags?: boolean;
  /**
   * `default`: convolutions may be computed in Winograd tiles, whose errors stay within 5e-6 of the largest output, but
   * which let a NaN or an infinity of the input spread over a tile. `exact`: sums of the products themselves.
   */
  readonly accuracy?: Accuracy;
  /** For tests: the family that computes every layer that it can, whatever it costs. */
  readonly family?: Pin;
  /**
   * How many threads work on steps that are long enough (default: 'auto', as many as the machine has, eight at most).
   * Where memory cannot be shared, such as on a page that is not cross-origin isolated, it is one.
   */
  readonly threads?: ThreadsOption;
  /** The most memory that one compiled region may take, in bytes; default: what 32-bit addresses reach. */
  readonly maxMemory?: number;
}

/** Runs layers on the CPU as WebAssembly SIMD, generated for their exact shapes. */
export const cpu = defineBackend((options: CpuOptions) => cpuSharing(options, sharingAmong));

/** The backend with a policy of its own about what threads share. */
export function cpuSharing(options: CpuOptions, sharing: (threads: number) => Sharing): Backend {
  const { relaxedSimd = 'auto', v8Flags = true, maxMemory = mostBytes, threads = 'auto' } = options;
  const { accuracy = 'default', family } = options;
  checkThreads(threads);
  const crew = new Threads(threads);
  return {
    name: 'cpu',
    probe: async () => probe(relaxedSimd, v8Flags, crew),
    refuses: refusal,
    async compile(region, context) {
      const relaxed = relaxedSimd !== false && hasRelaxedSimd(v8Flags);
      const choice = { accuracy, family, relaxed };
      const settings = { choice, maxMemory, sharing: sharing(crew.count), team: () => crew.team() };
      return compileRegion(region, settings, context);
    },
    close: () => crew.close(),
  };
}

const mostThreads = 256;

function checkThreads(threads: ThreadsOption): void {
  if (threads === 'auto' || (Number.isInteger(threads) && threads >= 1 && threads <= mostThreads)) return;
  throw new PolyphaseError('PP3002', {
    at: 'cpu',
    problem: `threads is ${threads}`,
    fix: `Give 'auto' or a whole number from 1 to ${mostThreads}`,
  });
}

function probe(wanted: 'auto' | boolean, v8Flags: boolean, crew: Threads): Probe {
  const { simd } = features();
  const relaxedSimd = wanted !== false && hasRelaxedSimd(v8Flags);
  if (!simd) return { ok: false, why: 'this runtime has no WebAssembly SIMD' };
  if (wanted === true && !relaxedSimd)
    return { ok: false, why: 'relaxedSimd is true, and this runtime has no relaxed WebAssembly SIMD' };
  const relaxed = wanted === false ? 'switched off' : relaxedSimd ? 'used' : 'not available';
  return { ok: true, detail: `WebAssembly SIMD; relaxed SIMD ${relaxed}; ${crew.description}` };
}

/** Indexes are signed 32-bit numbers. */
const mostElements = 2 ** 31 - 1;

function refusal({ inputs, outputs }: Node): string | undefined {
  const sizes = [...inputs, ...outputs].map((value) => (value ? elementsOf(value.type) : 0));
  const largest = Math.max(...sizes);
  return largest > mostElements ? `a tensor of ${largest} elements is beyond 32-bit indexes` : undefined;
}

const elementsOf = (type: TensorType): number => sizeOf(staticType(type).shape);
