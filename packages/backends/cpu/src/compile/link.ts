import { type HostName, hostFunctions } from '../math/host.ts';
import type { Call } from '../program.ts';
import type { Kernel, SharedStep } from '../threads/crew.ts';
import type { Enlisted, Team } from '../threads/team.ts';
import type { Build } from './build.ts';
import type { Layout } from './layout.ts';
import { chunkOf, type Sharing } from './sharing.ts';

export interface Linked {
  readonly calls: readonly Call[];
  /** Set when threads share some of the calls. */
  readonly enlisted: Enlisted | undefined;
}

/** How many units of each task a chunk has that is shared; undefined where one thread runs it. */
export const chunksOf = ({ tasks, hosted }: Build, sharing: Sharing): readonly (number | undefined)[] =>
  tasks.map((task) => (hosted.has(task) ? undefined : chunkOf(task, sharing)));

interface Parts {
  readonly build: Build;
  readonly layout: Layout;
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
  /** The names by which the module exports each task's function. */
  readonly names: readonly string[];
  readonly host: Iterable<HostName>;
  readonly chunks: readonly (number | undefined)[];
}

/** Binds each task to its function and its addresses; the tasks that have chunks are shared with the team. */
export async function link(parts: Parts, team: Team | undefined): Promise<Linked> {
  const { build, memory, module, names, host, chunks } = parts;
  const imports = Object.fromEntries([...host].map((name) => [name, hostFunctions[name].call]));
  const { exports } = await WebAssembly.instantiate(module, { env: { memory, ...imports } });
  const shared = chunks.flatMap((chunk, i) => (chunk === undefined ? [] : [i]));
  const calls = build.tasks.map(({ step, units, grain }, i): Call => {
    const at = shared.indexOf(i);
    const func = exports[names[i]!] as Kernel;
    const call = { step, func, addresses: addressesOf(parts, i, 0), units, grain };
    return at < 0 ? call : { ...call, shared: at };
  });
  if (!team || shared.length === 0) return { calls, enlisted: undefined };
  const own = shared.map((i): SharedStep => ({ ...calls[i]!, chunk: chunks[i]! }));
  const others = (thread: number) =>
    own.map(({ units, chunk }, at) => {
      const i = shared[at]!;
      return { name: names[i]!, units, chunk, addresses: addressesOf(parts, i, thread) };
    });
  const known = { module, memory, imports: Object.keys(imports) };
  return { calls, enlisted: team.enlist(known, own, others) };
}

const addressesOf = ({ build, layout }: Parts, task: number, thread: number): readonly number[] =>
  build.tasks[task]!.places.map((place) => layout.addressOf(place, thread));
