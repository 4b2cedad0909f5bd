import { type InputSpec, isStatic, type Model, type Tensor } from '@polyphase/ir';
import type { AnyTensor, Backend, Emitted } from '@polyphase/plugin';
import { passesFor } from './export-pipeline.ts';
import type { FailoverPolicy } from './failover.ts';
import { bindInputs, bindingKey, bindShapes, checkInputs, needElements, withElements } from './inputs.ts';
import { checkWanted, type ModelRunOptions, type Outputs, sideOf, type WantedOutputs } from './outputs.ts';
import type { Pass } from './pass.ts';
import type { Placement } from './place.ts';
import { probe, type UnusableBackend } from './probe.ts';
import { ProgramCache } from './program-cache.ts';
import { emitted, type Specialization } from './specialize.ts';

export interface CompileOptions {
  /** In order of preference: each layer runs on the first one that is usable here and takes it. */
  readonly backends: readonly Backend[];
  /** Refuse to compile when a backend is unusable or a layer would not run on the first one. Default false. */
  readonly strict?: boolean;
  /**
   * Whether a few layers between layers of a later backend are left to that one where carrying their tensors takes
   * longer than they do; `placement` has the figures. Default true; never with `strict`.
   */
  readonly weighTransfers?: boolean;
  /**
   * Whether layers may move to the next backend that takes them when a device is lost or has no memory left: yes, no, or
   * a function that is told of each case and decides. Never with `strict`. Default false: the run throws PP4008, the
   * next one compiles anew, on the device that the backend opens then.
   */
  readonly failover?: FailoverPolicy;
  /** For how many sets of input sizes programs are kept, least recently used out. Default 8. */
  readonly cacheSize?: number;
  /** What happens to the graph before it is placed. Default: `pipeline`, for a first backend of single layers `exportPipeline`. */
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
   * One run. Sizes seen for the first time are compiled first. An input may lie on a device: it is passed on as it is to
   * layers that run there and copied for others, and stays the caller's.
   *
   * @throws PP4001 to PP4005 for unfit inputs, PP4008 when a device fails, and what compiling throws.
   */
  run(inputs: Readonly<Record<I, AnyTensor>>, options?: ModelRunOptions<'host'>): Promise<Record<O, Tensor>>;
  run<const W extends WantedOutputs<O>>(
    inputs: Readonly<Record<I, AnyTensor>>,
    options: ModelRunOptions<W>,
  ): Promise<Outputs<O, W>>;
  /** Compiles for these sizes ahead of a run. An input of fixed size may be left out. */
  prepare(shapes?: Readonly<Partial<Record<I, readonly number[] | Tensor>>>): Promise<Specialization>;
  /** The code generated for the sizes compiled last: WebAssembly as text, shaders. */
  emit(): readonly Emitted[];
  /** Gives all programs back. The backends stay open: who made them closes them. */
  close(): Promise<void>;
}

/**
 * Makes a model ready to run. With fixed sizes it is compiled at once, otherwise for each new set of sizes on first use.
 *
 * @throws PP3002 when no backend is usable, PP3001 when none can run a layer, and the errors of making the graph.
 */
export async function compile<I extends string, O extends string>(
  model: Model<I, O>,
  {
    backends: given,
    strict = false,
    weighTransfers = true,
    failover = false,
    cacheSize = 8,
    passes,
    check = false,
    verify = false,
    trace,
  }: CompileOptions,
): Promise<CompiledModel<I, O>> {
  const { usable: backends, unusable } = await probe(given, strict);
  const options = {
    backends,
    strict,
    weighTransfers,
    failover,
    passes: passes ?? passesFor(backends),
    check,
    verify,
    trace,
  };
  const cache = new ProgramCache(model, options, cacheSize);
  const fixed = fixedSizes(model);
  const compiled: CompiledModel<I, O> = {
    name: model.name,
    inputs: model.inputs,
    outputs: model.outputs,
    unusable,
    get placement() {
      return cache.latest?.placements ?? [];
    },
    run: async (tensors: Readonly<Record<I, AnyTensor>>, { outputs, observe }: ModelRunOptions = {}) => {
      checkWanted(model.outputs, outputs);
      const inputs = needElements(model.inputs, tensors)
        ? await withElements(model.inputs, tensors)
        : tensors;
      checkInputs(model.inputs, inputs);
      const programs = fixed
        ? cache.programsFor(fixed.bindings, fixed.key)
        : cache.programsFor(bindInputs(model.inputs, inputs));
      const side = (name: string) => sideOf(outputs, name);
      return recordOf(await programs.run({ inputs, sideOf: side, observe })) as Outputs<O, 'host'>;
    },
    prepare: async (shapes) =>
      cache
        .programsFor(bindShapes(model.inputs, (shapes ?? {}) as Record<string, readonly number[] | Tensor>))
        .specialization(),
    emit: () => (cache.latest ? emitted(cache.latest) : []),
    close: () => cache.close(),
  };
  if (fixed) await compiled.prepare();
  return compiled;
}

/** The sizes of all runs, where the model leaves none open: no run has to find out its own. */
function fixedSizes({ inputs }: Model) {
  if (!inputs.every(({ type, decidesShapes }) => isStatic(type.shape) && !decidesShapes)) return undefined;
  const bindings = bindShapes(inputs, {});
  return { bindings, key: bindingKey(bindings) };
}

/** Without a prototype: an output may have any name. */
function recordOf(tensors: ReadonlyMap<string, AnyTensor>): Record<string, AnyTensor> {
  const record = Object.create(null) as Record<string, AnyTensor>;
  for (const [name, value] of tensors) record[name] = value;
  return record;
}
