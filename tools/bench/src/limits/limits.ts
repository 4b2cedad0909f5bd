import wabt from 'wabt';
import type { Turn } from '../measure.ts';
import type { Work } from '../work.ts';
import { Helpers, type Round } from './helpers.ts';
import { firstFree, flopsPerTile, limitKernels } from './kernels.ts';
import type { Probe } from './speeds.ts';

type Kernel = (...args: readonly number[]) => void;
type Kernels = Readonly<Record<'multiply' | 'write' | 'copy', Kernel>>;

const tilesPerRun = 500;
/** With several threads each runs a kernel so often that waking them takes little of the time. */
const multipliesAtOnce = 20;
const bytesAtOnce = 2 ** 25;
const warmRuns = 60;
const pageBytes = 65536;

const pagesFor = (bytes: number): number => Math.ceil((firstFree + bytes) / pageBytes);
const whole = (bytes: number): number => Math.ceil(bytes / 64) * 64;

export class Limits {
  readonly relaxed: boolean;
  readonly #module: WebAssembly.Module;
  readonly #threads: number;

  private constructor(module: WebAssembly.Module, relaxed: boolean, threads: number) {
    this.#module = module;
    this.relaxed = relaxed;
    this.#threads = threads;
  }

  /** Compiles the kernels and runs them until V8 has optimised them. */
  static async prepare(relaxed: boolean, threads = 1): Promise<Limits> {
    const { parseWat } = await wabt();
    const text = parseWat('limits.wat', limitKernels(relaxed), { simd: true, relaxed_simd: relaxed });
    const module = await WebAssembly.compile(text.toBinary({}).buffer as Uint8Array<ArrayBuffer>);
    const limits = new Limits(module, relaxed, threads);
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
    return this.#threads === 1 ? this.#probeAlone(whole(written)) : this.#probeTogether(written);
  }

  #probeAlone(bytes: number): Probe {
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

  /** Each thread multiplies on its own, and writes and copies its part of the output, several times in a turn. */
  #probeTogether(written: number): Probe {
    const part = whole(written / this.#threads);
    const kernels = this.#kernels(2 * part);
    const helpers = new Helpers(this.#threads - 1, this.#module, pagesFor(2 * part));
    const times = Math.ceil(bytesAtOnce / part);
    const turn = (round: Round): Turn => ({
      run: async () =>
        helpers.run(round, () => {
          for (let i = 0; i < round.times; i++) kernels[round.kernel](...round.args);
        }),
    });
    const all = this.#threads * times * part;
    return {
      turns: [
        turn({ kernel: 'multiply', times: multipliesAtOnce, args: [tilesPerRun] }),
        turn({ kernel: 'write', times, args: [firstFree, firstFree, part] }),
        turn({ kernel: 'copy', times, args: [firstFree + part, firstFree, part] }),
      ],
      speeds: ([multiplying, writing, copying]) => ({
        flops: (this.#threads * multipliesAtOnce * tilesPerRun * flopsPerTile(this.relaxed)) / multiplying!,
        written: all / writing!,
        copied: all / copying!,
      }),
      close: () => helpers.close(),
    };
  }

  #kernels(bytes: number): Kernels {
    const memory = new WebAssembly.Memory({ initial: pagesFor(bytes) });
    // Pages that nobody has written to are all one page, which stays in a cache; and tiny products are slow.
    new Float32Array(memory.buffer).fill(1);
    return new WebAssembly.Instance(this.#module, { env: { memory } }).exports as unknown as Kernels;
  }
}
