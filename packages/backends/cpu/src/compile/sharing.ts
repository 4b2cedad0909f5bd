/** Which tasks several threads share, and in which chunks. */
import type { Drill } from '../threads/drill.ts';
import type { Task } from './build.ts';

/** How many threads there are, and how long a task and a chunk of it must take at least to be shared, in microseconds. */
export interface Sharing {
  readonly threads: number;
  readonly leastTask: number;
  readonly leastChunk: number;
  readonly drill?: Drill | undefined;
}

/** Opening a task to other threads and waiting for them costs about a microsecond, waking one up about fifteen. */
export const sharingAmong = (threads: number): Sharing => ({ threads, leastTask: 20, leastChunk: 4 });

/** Chunks for each thread: the last ones end at different times. */
const chunksPerThread = 4;

const workOf = ({ work, units, grain }: Task): number => work ?? (100 * units) / grain;

/** How many units a chunk has; undefined when one thread runs the task. */
export function chunkOf(task: Task, { threads, leastTask, leastChunk }: Sharing): number | undefined {
  const { units, grain, ordered } = task;
  const work = workOf(task);
  if (threads === 1 || ordered || work < leastTask) return undefined;
  const least = Math.ceil((units * leastChunk) / work);
  const even = Math.ceil(units / (threads * chunksPerThread));
  const chunk = Math.min(Math.max(least, even), grain);
  // A grain of whole cache lines stays one: two threads that write to one line wait for each other.
  const whole = grain % 16 === 0 ? Math.ceil(chunk / 16) * 16 : chunk;
  return whole < units ? whole : undefined;
}
