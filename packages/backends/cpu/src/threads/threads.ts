import { features } from '../wasm/index.ts';
import { availableThreads } from './spawn.ts';
import { Team } from './team.ts';

export type ThreadsOption = 'auto' | number;

/** More threads than this wait for memory more than they compute. */
const mostByDefault = 8;

/** The threads of a backend. Workers are started when they are asked for. */
export class Threads {
  readonly #wanted: ThreadsOption;
  #team: Team | undefined;

  constructor(wanted: ThreadsOption) {
    this.#wanted = wanted;
  }

  /** How many there are, the caller's own included. */
  get count(): number {
    if (whyAlone()) return 1;
    return this.#wanted === 'auto' ? Math.min(availableThreads(), mostByDefault) : this.#wanted;
  }

  /** `2 threads`, or one and why. */
  get description(): string {
    const { count } = this;
    const why = this.#wanted === 1 ? undefined : whyAlone();
    return why ? `one thread: ${why}` : count === 1 ? 'one thread' : `${count} threads`;
  }

  team(): Team {
    this.#team ??= new Team(this.count - 1);
    return this.#team;
  }

  async close(): Promise<void> {
    const team = this.#team;
    this.#team = undefined;
    await team?.close();
  }
}

/** Why no memory can be shared here; undefined where it can. */
function whyAlone(): string | undefined {
  if (typeof SharedArrayBuffer === 'undefined')
    return globalThis.crossOriginIsolated === false
      ? 'this page is not cross-origin isolated'
      : 'this runtime has no SharedArrayBuffer';
  if (globalThis.crossOriginIsolated === false) return 'this page is not cross-origin isolated';
  return features().threads ? undefined : 'this runtime has no shared WebAssembly memory';
}
