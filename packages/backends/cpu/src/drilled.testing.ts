import type { Backend } from '@polyphase/plugin';
import { afterAll, expect, test } from 'vitest';
import { type CpuOptions, cpuSharing } from './backend.ts';
import type { Workers } from './graphs.testing.ts';
import { type Drill, newDrill } from './threads/drill.ts';
import { Team } from './threads/team.ts';

export interface Drilled extends Backend {
  readonly drill: Drill;
}

/**
 * The backend with all steps shared that have two units, however short they are, in which every thread takes part; and
 * with NaN wherever nothing has been written yet.
 */
export function drilled(options: CpuOptions & { readonly threads: number }): Drilled {
  const drill = newDrill();
  return { ...cpuSharing(options, (threads) => sharingAll(threads, drill)), drill };
}

const sharingAll = (threads: number, drill: Drill) => ({ threads, leastTask: 0, leastChunk: 0, drill });

/** Threads that share likewise, by how many they are; those of a test file's programs. */
export function drilledWorkers(): (threads: number) => Workers {
  const drill = newDrill();
  const teams = new Map<number, Team>();
  afterAll(() => Promise.all([...teams.values()].map((team) => team.close())));
  const teamOf = (threads: number): Team => {
    const team = teams.get(threads) ?? new Team(threads - 1);
    teams.set(threads, team);
    return team;
  };
  return (threads) => ({ sharing: sharingAll(threads, drill), team: () => teamOf(threads) });
}

/** After other tests of it: of its shared steps each thread has run a part. */
export const expectShares = (name: string, { drill }: Drilled): void =>
  test(`${name}: all threads took part`, () => {
    expect(drill.helped).toBeGreaterThan(0);
    expect(drill.helped).toBeLessThan(drill.chunks);
  });
