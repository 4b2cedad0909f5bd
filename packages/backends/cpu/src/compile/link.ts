import { type HostName, hostFunctions } from '../math/host.ts';
import type { Call } from '../program.ts';
import type { Kernel, SharedStep } from '../threads/crew.ts';
import type { Drill } from '../threads/drill.ts';
import type { Enlisted, Team } from '../threads/team.ts';
import type { Func } from '../wasm/index.ts';
import type { Build } from './build.ts';
import type { Layout } from './layout.ts';
import { type PackFunction, pack } from './packing.ts';
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
  /** The names by which the module exports functions. */
  readonly names: ReadonlyMap<Func, string>;
  readonly instance: WebAssembly.Instance;
  readonly host: Iterable<HostName>;
  readonly chunks: readonly (number | undefined)[];
  readonly drill: Drill | undefined;
}

const importsOf = (host: Iterable<HostName>) =>
  Object.fromEntries([...host].map((name) => [name, hostFunctions[name].call]));

/** At once where the engine lets it be done so: a promise waits until the engine's other work in the background is done. */
export async function load(
  bytes: Uint8Array<ArrayBuffer>,
  memory: WebAssembly.Memory,
  host: Iterable<HostName>,
): Promise<WebAssembly.WebAssemblyInstantiatedSource> {
  const imports = { env: { memory, ...importsOf(host) } };
  try {
    const module = new WebAssembly.Module(bytes);
    return { module, instance: new WebAssembly.Instance(module, imports) };
  } catch (error) {
    // Some pages may not compile large modules in their main thread.
    if (error instanceof RangeError) return WebAssembly.instantiate(bytes, imports);
    throw error;
  }
}

const exportOf = <F>({ instance, names }: Parts, func: Func): F => instance.exports[names.get(func)!] as F;

/** Runs the functions that pack weights. */
export function packAll(parts: Parts): void {
  const { build, layout, memory } = parts;
  for (const packing of build.packings) {
    const target = layout.addressOf({ kind: 'data', data: packing });
    pack(packing, exportOf<PackFunction>(parts, packing.func), memory.buffer, target, layout.room);
  }
}

/** Binds each task to its function and its addresses; the tasks that have chunks are shared with the team. */
export function link(parts: Parts, team: Team | undefined): Linked {
  const { build, memory, module, names, host, chunks, drill } = parts;
  const shared = chunks.flatMap((chunk, i) => (chunk === undefined ? [] : [i]));
  const calls = build.tasks.map(({ step, func, units, grain }, i): Call => {
    const at = shared.indexOf(i);
    const call = {
      step,
      func: exportOf<Kernel>(parts, func),
      addresses: addressesOf(parts, i, 0),
      units,
      grain,
    };
    return at < 0 ? call : { ...call, shared: at };
  });
  if (!team || shared.length === 0) return { calls, enlisted: undefined };
  const own = shared.map((i): SharedStep => ({ ...calls[i]!, chunk: chunks[i]! }));
  const others = (thread: number) =>
    own.map(({ units, chunk }, at) => {
      const i = shared[at]!;
      return {
        name: names.get(build.tasks[i]!.func)!,
        units,
        chunk,
        addresses: addressesOf(parts, i, thread),
      };
    });
  const known = { module, memory, imports: [...host] };
  return { calls, enlisted: team.enlist(known, own, others, drill) };
}

const addressesOf = ({ build, layout }: Parts, task: number, thread: number): readonly number[] =>
  build.tasks[task]!.places.map((place) => layout.addressOf(place, thread));
