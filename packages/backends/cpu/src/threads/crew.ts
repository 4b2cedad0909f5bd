/**
 * What threads do with the steps of a program. The two functions are sent to workers as text, so they refer to nothing
 * but their parameters and the language itself.
 *
 * A shared step is cut into chunks. Chunks of all steps are numbered through (modulo 2^32): `next` is the first that
 * nobody has taken, `limit` the first that may not be taken yet. Whoever raises `next` by one runs that chunk. The open
 * step and its first chunk stay as they are until `done` has reached `limit`.
 */

/** Where the words lie that threads share about one program: those that many write to on cache lines of their own. */
export const controlWords = {
  next: 0,
  limit: 16,
  step: 17,
  first: 18,
  waiting: 19,
  failed: 20,
  done: 32,
} as const;
export const controlLength = 48;

/** Where the words lie that a team shares: which program runs, how many messages were posted, who sleeps on what. */
export const teamWords = { wake: 0, sleepers: 16, mail: 32, current: 33 } as const;
export const teamLength = 48;

export type Kernel = (...args: readonly number[]) => void;

/** A step whose units several threads run, `chunk` of them a call. */
export interface SharedStep {
  readonly func: Kernel;
  readonly addresses: readonly number[];
  readonly units: number;
  readonly chunk: number;
}

/** Runs chunks of the open step until all are taken; how many it ran. */
export function takeChunks(
  control: Int32Array,
  words: typeof controlWords,
  steps: readonly SharedStep[],
  fail: (error: unknown) => void,
): number {
  for (let taken = 0; ; ) {
    const chunk = Atomics.load(control, words.next);
    if (((Atomics.load(control, words.limit) - chunk) | 0) <= 0) return taken;
    if (Atomics.compareExchange(control, words.next, chunk, (chunk + 1) | 0) !== chunk) continue;
    taken++;
    try {
      const step = steps[Atomics.load(control, words.step)]!;
      const begin = ((chunk - Atomics.load(control, words.first)) | 0) * step.chunk;
      step.func(begin, Math.min(begin + step.chunk, step.units), ...step.addresses);
    } catch (error) {
      Atomics.store(control, words.failed, 1);
      fail(error);
    }
    Atomics.add(control, words.done, 1);
    if (Atomics.load(control, words.waiting) !== 0) Atomics.notify(control, words.done);
  }
}

/** A program as a worker gets it. */
export interface LoadMessage {
  readonly load: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Names of functions that it imports and no shared step calls. */
  readonly imports: readonly string[];
  readonly control: Int32Array;
  readonly steps: readonly (Omit<SharedStep, 'func'> & { readonly name: string })[];
}

export type Message = { readonly team: Int32Array } | LoadMessage | { readonly drop: number };

/** What a worker tells: a kernel of program `failed` has thrown. */
export interface Failure {
  readonly failed: number;
  readonly message: string;
}

export interface Port {
  listen(receive: (message: Message) => void): void;
  send(failure: Failure): void;
}

/** The life of a worker: it helps with the program that runs, and sleeps when nothing has come up for a while. */
export function work(
  port: Port,
  take: typeof takeChunks,
  words: typeof controlWords,
  shared: typeof teamWords,
  spinMilliseconds: number,
): void {
  interface Loaded {
    readonly control: Int32Array;
    readonly steps: readonly SharedStep[];
    fail(error: unknown): void;
  }
  const programs = new Map<number, Loaded>();
  let team: Int32Array = new Int32Array(0);
  let received = 0;

  function load({ load: id, module, memory, imports, control, steps }: LoadMessage): void {
    const env: Record<string, WebAssembly.ImportValue> = { memory };
    for (const name of imports) {
      env[name] = () => {
        throw new Error(`${name} was called`);
      };
    }
    const { exports } = new WebAssembly.Instance(module, { env });
    programs.set(id, {
      control,
      steps: steps.map((step) => ({ ...step, func: exports[step.name] as Kernel })),
      fail: (error) => port.send({ failed: id, message: String(error) }),
    });
  }

  /** Until there are messages that only the event loop can receive. */
  function serve(): void {
    let deadline = performance.now() + spinMilliseconds;
    while (Atomics.load(team, shared.mail) <= received) {
      const seen = Atomics.load(team, shared.wake);
      const program = programs.get(Atomics.load(team, shared.current));
      if (program && take(program.control, words, program.steps, program.fail) > 0)
        deadline = performance.now() + spinMilliseconds;
      else if (performance.now() < deadline)
        for (let i = 0; i < 200 && Atomics.load(team, shared.wake) === seen; i++);
      else {
        Atomics.add(team, shared.sleepers, 1);
        Atomics.wait(team, shared.wake, seen);
        Atomics.sub(team, shared.sleepers, 1);
        deadline = performance.now() + spinMilliseconds;
      }
    }
  }

  port.listen((message) => {
    received++;
    if ('team' in message) team = message.team;
    else if ('drop' in message) programs.delete(message.drop);
    else load(message);
    serve();
  });
}
