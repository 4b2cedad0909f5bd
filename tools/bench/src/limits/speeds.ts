import type { Turn } from '../measure.ts';
import type { Work } from '../work.ts';

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
  /** Gives back what it holds. */
  close?(): Promise<void>;
}

/** What makes probes for work. */
export interface Prober {
  probe(work: Work): Probe;
}

/** The least time that work can take, in milliseconds, and what decides it. */
export function leastTime({ flops, written }: Work, speeds: Pick<Speeds, 'flops' | 'written'>) {
  const [arithmetic, memory] = [flops / speeds.flops, written / speeds.written];
  return arithmetic >= memory
    ? ({ time: arithmetic, by: 'arithmetic' } as const)
    : ({ time: memory, by: 'memory' } as const);
}
