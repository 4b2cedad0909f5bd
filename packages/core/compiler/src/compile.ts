import { type InputSpec, isStatic, type Model, PolyphaseError, type Tensor } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { bindInputs, bindingKey, bindShapes } from './inputs.ts';
import { LeastRecentlyUsed } from './lru.ts';
import type { Pass } from './pass.ts';
import { pipeline } from './pipeline.ts';
import type { Placement } from './place.ts';
import { runRegions, type Specialization, specialize } from './specialize.ts';

export interface CompileOptions {
  /** In order of preference: each layer runs on the first one that is usable here and takes it. */
  readonly backends: readonly Backend[];
  /** Refuse to compile when a backend is unusable or a layer would not run on the first one. Default false. */
  readonly strict?: boolean;
  /** For how many sets of input sizes programs are kept, least recently used out. Default 8. */
  readonly cacheSize?: number;
  /** What happens to the graph before it is placed. Default: `pipeline`. */
  readonly passes?: readonly Pass[];
  /** Verify the graph between all passes. Default false. */
  readonly check?: boolean;
  /**
   * Runs what every rewrite replaced and what it put there on random numbers by the float64 definitions, and throws
   * PP3006 where they differ. Takes as long as the definitions take. Default false.
   */
  readonly verify?: boolean;
  /** Receives what every pass did. */
  readonly trace?: (line: string) => void;
}

export interface UnusableBackend {
  readonly backend: string;
  readonly why: string;
}

/** A model ready to run. */
export interface CompiledModel<I extends string = string, O extends string = string> {
  readonly name: string;
  readonly inputs: readonly InputSpec<I>[];
  readonly outputs: readonly O[];
  /** Backends of the caller's list that this machine cannot use. */
  readonly unusable: readonly UnusableBackend[];
  /** Where each layer runs, for the sizes compiled last; empty before the first. */
  readonly placement: readonly Placement[];
  /**
   * One run. Sizes seen for the first time are compiled first.
   *
   * @throws PP4001 to PP4005 for unfit inputs, and what compiling throws.
   */
  run(inputs: Readonly<Record<I, Tensor>>): Promise<Record<O, Tensor>>;
  /** Compiles for these sizes ahead of a run. An input of fixed size may be left out. */
  prepare(shapes?: Readonly<Partial<Record<I, readonly number[] | Tensor>>>): Promise<Specialization>;
  /** Gives all programs back. The backends stay open: who made them closes them. */
  close(): Promise<void>;
}

interface Entry {
  readonly specialization: Promise<Specialization>;
  /** Ends when the last run that was asked for has ended: programs do not overlap. */
  queue: Promise<unknown>;
}

/**
 * Makes a model ready to run. With fixed sizes it is compiled at once, otherwise for each new set of sizes on first use.
 *
 * @throws PP3002 when no backend is usable, PP3001 when none can run a layer, and the errors of making the graph.
 */
export async function compile<I extends string, O extends string>(
  model: Model<I, O>,
  {
    backends,
    strict = false,
    cacheSize = 8,
    passes = pipeline,
    check = false,
    verify = false,
    trace,
  }: CompileOptions,
): Promise<CompiledModel<I, O>> {
  const { usable, unusable } = await probe(backends, strict);
  const drop = ({ specialization, queue }: Entry): Promise<void> =>
    queue.then(
      () => disposed(specialization),
      () => disposed(specialization),
    );
  const dropped = new Set<Promise<void>>();
  const entries = new LeastRecentlyUsed<string, Entry>(cacheSize, (entry) => {
    const done = drop(entry).finally(() => dropped.delete(done));
    dropped.add(done);
  });
  let placement: readonly Placement[] = [];
  let closed = false;

  const entryFor = (bindings: ReturnType<typeof bindInputs>): Entry => {
    if (closed) throw closedError(model.name);
    const key = bindingKey(bindings);
    const known = entries.get(key);
    if (known) return known;
    const specialization = specialize(model, bindings, usable, { strict, passes, check, verify, trace });
    const entry: Entry = { specialization, queue: specialization };
    entries.set(key, entry);
    specialization.then(
      (made) => {
        placement = made.placements;
      },
      () => entries.delete(key),
    );
    return entry;
  };

  const compiled: CompiledModel<I, O> = {
    name: model.name,
    inputs: model.inputs,
    outputs: model.outputs,
    unusable,
    get placement() {
      return placement;
    },
    async run(inputs) {
      const entry = entryFor(bindInputs(model.inputs, inputs));
      const result = entry.queue.then(async () => runRegions(await entry.specialization, inputs));
      entry.queue = result.catch(() => undefined);
      return recordOf<O>(await result);
    },
    prepare: async (shapes) =>
      entryFor(bindShapes(model.inputs, (shapes ?? {}) as Record<string, readonly number[] | Tensor>))
        .specialization,
    async close() {
      closed = true;
      entries.clear();
      await Promise.all(dropped);
    },
  };
  if (model.inputs.every(({ type, decidesShapes }) => isStatic(type.shape) && !decidesShapes))
    await compiled.prepare();
  return compiled;
}

async function probe(backends: readonly Backend[], strict: boolean) {
  const probes = await Promise.all(backends.map((backend) => backend.probe()));
  const usable = backends.filter((_, i) => probes[i]!.ok);
  const unusable = backends.flatMap(({ name }, i): UnusableBackend[] => {
    const result = probes[i]!;
    return result.ok ? [] : [{ backend: name, why: result.why }];
  });
  if (usable.length === 0 || (strict && unusable.length > 0)) {
    throw new PolyphaseError('PP3002', {
      at: 'compile',
      problem:
        backends.length === 0
          ? 'no backend is given'
          : unusable.map(({ backend, why }) => `${backend} is not usable: ${why}`).join('; '),
      fix: 'Give backends that this machine can use, such as { backends: [cpu()] }',
    });
  }
  return { usable, unusable };
}

async function disposed(specialization: Promise<Specialization>): Promise<void> {
  const made = await specialization.catch(() => undefined);
  for (const { program } of made?.regions ?? []) program.dispose();
}

/** Without a prototype: an output may have any name. */
function recordOf<O extends string>(tensors: ReadonlyMap<string, Tensor>): Record<O, Tensor> {
  const record = Object.create(null) as Record<string, Tensor>;
  for (const [name, value] of tensors) record[name] = value;
  return record as Record<O, Tensor>;
}

const closedError = (name: string): PolyphaseError =>
  new PolyphaseError('PP4006', {
    at: name,
    problem: 'the model is closed',
    fix: 'Compile it again, or close it later',
  });
