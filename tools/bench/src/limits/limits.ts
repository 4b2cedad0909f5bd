import wabt from 'wabt';
import type { Turn } from '../measure.ts';
import type { Work } from '../work.ts';
import { firstFree, flopsPerTile, limitKernels } from './kernels.ts';

type Kernel = (...args: readonly number[]) => void;
type Kernels = Readonly<Record<'multiply' | 'write' | 'copy', Kernel>>;

/** What this machine can do, per millisecond: operations, and bytes as many as the work writes. */
export interface Speeds {
  readonly flops: number;
  readonly written: number;
  readonly copied: number;
}

/** Kernels that measure this machine's limits between the runs of the contestants. */
export interface Probe {
  readonly turns: readonly Turn[];
  /** From the least time of each turn: a limit is the best that was seen. */
  speeds(times: readonly number[]): Speeds;
}

const tilesPerRun = 500;
const warmRuns = 60;
const pageBytes = 65536;

const whole = (bytes: number): number => Math.ceil(bytes / 64) * 64;

export class Limits {
  readonly relaxed: boolean;
  readonly #module: WebAssembly.Module;

  private constructor(module: WebAssembly.Module, relaxed: boolean) {
    this.#module = module;
    this.relaxed = relaxed;
  }

  /** Compiles the kernels and runs them until V8 has optimised them. */
  static async prepare(relaxed: boolean): Promise<Limits> {
    const { parseWat } = await wabt();
    const text = parseWat('limits.wat', limitKernels(relaxed), { simd: true, relaxed_simd: relaxed });
    const module = await WebAssembly.compile(text.toBinary({}).buffer as Uint8Array<ArrayBuffer>);
    const limits = new Limits(module, relaxed);
    const { multiply, write, copy } = limits.#kernels(pageBytes);
    for (let run = 0; run < warmRuns; run++) {
      multiply(tilesPerRun);
      write(firstFree, firstFree, pageBytes);
      copy(firstFree, firstFree, pageBytes);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return limits;
  }

  /** For work that writes this much: small outputs stay in a cache. */
  probe({ written }: Work): Probe {
    const bytes = whole(written);
    const { multiply, write, copy } = this.#kernels(2 * bytes);
    return {
      turns: [
        { run: async () => multiply(tilesPerRun) },
        { run: async () => write(firstFree, firstFree, bytes) },
        { run: async () => copy(firstFree + bytes, firstFree, bytes) },
      ],
      speeds: ([multiplying, writing, copying]) => ({
        flops: (tilesPerRun * flopsPerTile(this.relaxed)) / multiplying!,
        written: bytes / writing!,
        copied: bytes / copying!,
      }),
    };
  }

  #kernels(bytes: number): Kernels {
    const memory = new WebAssembly.Memory({ initial: Math.ceil((firstFree + bytes) / pageBytes) });
    // Pages that nobody has written to are all one page, which stays in a cache; and tiny products are slow.
    new Float32Array(memory.buffer).fill(1);
    return new WebAssembly.Instance(this.#module, { env: { memory } }).exports as unknown as Kernels;
  }
}

/** The least time that work can take, in milliseconds, and what decides it. */
export function leastTime({ flops, written }: Work, speeds: Pick<Speeds, 'flops' | 'written'>) {
  const [arithmetic, memory] = [flops / speeds.flops, written / speeds.written];
  return arithmetic >= memory
    ? ({ time: arithmetic, by: 'arithmetic' } as const)
    : ({ time: memory, by: 'memory' } as const);
}
