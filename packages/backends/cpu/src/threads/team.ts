import { PolyphaseError } from '@polyphase/ir';
import {
  controlLength,
  controlWords,
  type Failure,
  type LoadMessage,
  type Message,
  type SharedStep,
  takeChunks,
  teamLength,
  teamWords,
  work,
} from './crew.ts';
import type { Drill } from './drill.ts';
import { spawner, type Worker } from './spawn.ts';

/** How long a thread looks for work, or for others to end theirs, before it sleeps. */
const spinMilliseconds = 0.1;
/** How long a chunk may take before its thread is taken for lost: chunks are cut to take far less than a second. */
const patienceMilliseconds = 30_000;

/** The text of a worker: a function of its port. */
const workerMain = (): string =>
  `(port) => (${work})(port, ${takeChunks}, ${JSON.stringify(controlWords)}, ${JSON.stringify(teamWords)}, ${spinMilliseconds})`;

const sharedWords = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length));

/** Whether this thread may sleep on shared memory: the main thread of a page may not. */
function maySleep(): boolean {
  try {
    Atomics.wait(sharedWords(1), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

/** What all workers need of a program alike. */
export type Shared = Pick<LoadMessage, 'module' | 'memory' | 'imports'>;

/** Workers that help the thread which made them. It never waits for a worker to start, only for chunks that one has taken. */
export class Team {
  readonly #words = sharedWords(teamLength);
  readonly #workers: readonly Worker[];
  readonly #maySleep = maySleep();
  readonly #failures = new Map<number, (failure: Failure) => void>();
  #programs = 0;

  /** With these many workers. */
  constructor(size: number) {
    const spawn = spawner();
    const main = workerMain();
    const failed = (failure: Failure) => this.#failures.get(failure.failed)?.(failure);
    this.#workers = Array.from({ length: size }, () => spawn(main, failed));
    this.#post(() => ({ team: this.#words }));
  }

  /** Makes a program known to the workers: `steps` are those of this thread, its number is 0. */
  enlist(
    shared: Shared,
    steps: readonly SharedStep[],
    stepsOf: (thread: number) => LoadMessage['steps'],
    drill?: Drill,
  ): Enlisted {
    const id = ++this.#programs;
    const control = sharedWords(controlLength);
    this.#post((thread) => ({ load: id, control, steps: stepsOf(thread), ...shared }));
    return new Enlisted(this, id, control, steps, drill);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Turns to a program: who sleeps wakes up. */
  turnTo(id: number): void {
    Atomics.store(this.#words, teamWords.current, id);
    this.wake();
  }

  wake(): void {
    Atomics.add(this.#words, teamWords.wake, 1);
    if (Atomics.load(this.#words, teamWords.sleepers) > 0) Atomics.notify(this.#words, teamWords.wake);
  }

  drop(id: number): void {
    this.#failures.delete(id);
    this.#post(() => ({ drop: id }));
  }

  /** What a worker said about the failure of a program; the process stays alive for it. */
  async failureOf(id: number): Promise<Error> {
    const failure = new Promise<Failure>((resolve) => this.#failures.set(id, resolve));
    for (const worker of this.#workers) worker.hold(true);
    const { message } = await failure;
    for (const worker of this.#workers) worker.hold(false);
    return new Error(`a worker thread failed: ${message}`);
  }

  /** Returns when as many chunks have been taken as there are threads, or all. */
  awaitHelp(control: Int32Array, first: number, chunks: number): void {
    const begin = performance.now();
    const wanted = Math.min(this.#workers.length + 1, chunks);
    while (((Atomics.load(control, controlWords.next) - first) | 0) < wanted)
      if (performance.now() - begin > patienceMilliseconds) throw lost();
  }

  /** Returns when as many chunks are done as were given out. @throws PP4008 when a thread is lost. */
  join(control: Int32Array, limit: number): void {
    const begin = performance.now();
    while (Atomics.load(control, controlWords.done) !== limit) {
      const time = performance.now() - begin;
      if (time > patienceMilliseconds) throw lost();
      if (!this.#maySleep || time < spinMilliseconds) continue;
      this.#sleepUntil(control, limit);
      return;
    }
  }

  #sleepUntil(control: Int32Array, limit: number): void {
    Atomics.store(control, controlWords.waiting, 1);
    try {
      for (let stalled = false; ; ) {
        const done = Atomics.load(control, controlWords.done);
        if (done === limit) return;
        const result = Atomics.wait(control, controlWords.done, done, patienceMilliseconds);
        // A process that was stopped for a while has waited too long through no fault of a thread's.
        if (result === 'timed-out' && stalled) throw lost();
        stalled = result === 'timed-out';
      }
    } finally {
      Atomics.store(control, controlWords.waiting, 0);
    }
  }

  #post(messageFor: (thread: number) => Message): void {
    for (const [i, worker] of this.#workers.entries()) worker.post(messageFor(i + 1));
    Atomics.add(this.#words, teamWords.mail, 1);
    this.wake();
  }
}

const lost = (): PolyphaseError =>
  new PolyphaseError('PP4008', {
    at: 'the cpu backend',
    problem: 'a worker thread has stopped working',
    fix: 'Close the backend and compile the model again',
  });

/** A program that a team knows. */
export class Enlisted {
  readonly #team: Team;
  readonly #id: number;
  readonly #control: Int32Array;
  readonly #steps: readonly SharedStep[];
  readonly #drill: Drill | undefined;
  #limit = 0;

  constructor(team: Team, id: number, control: Int32Array, steps: readonly SharedStep[], drill?: Drill) {
    this.#team = team;
    this.#id = id;
    this.#control = control;
    this.#steps = steps;
    this.#drill = drill;
  }

  /** The team's workers get ready for steps of this program. */
  rouse(): void {
    this.#team.turnTo(this.#id);
  }

  /** Runs a step together with whoever is there. Returns when it is done. @throws what a kernel throws here. */
  run(index: number): void {
    const { units, chunk } = this.#steps[index]!;
    const control = this.#control;
    const first = this.#limit;
    const chunks = Math.ceil(units / chunk);
    this.#limit = (first + chunks) | 0;
    Atomics.store(control, controlWords.step, index);
    Atomics.store(control, controlWords.first, first);
    if (this.#drill) Atomics.add(control, controlWords.next, 1);
    Atomics.store(control, controlWords.limit, this.#limit);
    this.#team.wake();
    if (this.#drill) this.#runFirst(this.#drill, index, chunks);
    const errors: unknown[] = [];
    const taken = takeChunks(control, controlWords, this.#steps, (error) => errors.push(error));
    this.#team.join(control, this.#limit);
    if (this.#drill) this.#drill.helped += chunks - 1 - taken;
    if (errors.length === 0) return;
    Atomics.store(control, controlWords.failed, 0);
    throw errors[0];
  }

  /** The first chunk, which this thread has taken, once others have some too. */
  #runFirst(drill: Drill, index: number, chunks: number): void {
    const { func, addresses, chunk } = this.#steps[index]!;
    drill.chunks += chunks;
    this.#team.awaitHelp(this.#control, (this.#limit - chunks) | 0, chunks);
    func(0, chunk, ...addresses);
    Atomics.add(this.#control, controlWords.done, 1);
  }

  /** Whether a worker has failed since this was asked last. */
  failed(): boolean {
    return Atomics.exchange(this.#control, controlWords.failed, 0) !== 0;
  }

  /** What that worker says. */
  failure(): Promise<Error> {
    return this.#team.failureOf(this.#id);
  }

  drop(): void {
    this.#team.drop(this.#id);
  }
}
