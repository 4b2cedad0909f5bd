import { dtypes, type Graph, type PolyphaseError, type Tensor, type Value } from '@polyphase/ir';
import {
  type AnyTensor,
  isDeviceTensor,
  type Program,
  type ProgramReport,
  type RunOptions,
} from '@polyphase/plugin';
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { canKeep, type Device, deviceTensor, isOwn } from './device.ts';
import { runFailure } from './failures.ts';
import { activationBytes, constantBytes, elementsOf, type Restated, writeModel } from './model.ts';
import type { Lease } from './sessions.ts';
import { fromOrt, toOrt } from './tensors.ts';

/** A region ready to run. */
export interface Compiled {
  readonly device: Device;
  readonly region: Graph;
  readonly restated: Restated;
  readonly lease: Lease;
  /** The region without forms that want finite values, for runs in which one is not. */
  readonly exact: () => Restated;
}

type Feeds = Record<string, OrtTensor>;
type Outputs = InferenceSession.OnnxValueMapType;

const nothing: readonly boolean[] = [];

function feedsOf({ lib }: Device, inputs: readonly Tensor[]): Feeds {
  const feeds: Feeds = {};
  for (const [i, value] of inputs.entries()) feeds[`in${i}`] = toOrt(lib, value);
  return feeds;
}

export class OnnxruntimeProgram implements Program {
  readonly report: ProgramReport;
  readonly #compiled: Compiled;
  /** Of the outputs, in order. */
  readonly #names: readonly string[];
  /** Sessions that are made on first need: by which outputs they keep on the device, and `exact`. */
  readonly #others = new Map<string, Promise<Lease>>();

  constructor(compiled: Compiled) {
    this.#compiled = compiled;
    this.#names = compiled.region.outputs.map((_, i) => `out${i}`);
    this.report = reportOf(compiled);
  }

  async run(inputs: readonly AnyTensor[], { keep }: RunOptions = {}): Promise<readonly AnyTensor[]> {
    const { device, restated, lease } = this.#compiled;
    const feeds = inputs.some(isDeviceTensor)
      ? await this.#feedsFrom(inputs)
      : feedsOf(device, inputs as readonly Tensor[]);
    const kept = keep?.includes(true) ? this.#keepable(keep) : nothing;
    const session = kept.includes(true) ? await this.#keeping(kept) : lease.session;
    let results: Outputs;
    try {
      results = await session.run(feeds);
    } catch (cause) {
      throw this.#failure(cause);
    }
    if (restated.isWatched && !isZero(results.finite as OrtTensor)) return this.#again(feeds, kept, results);
    return this.#names.map((name, i) => {
      const result = results[name] as OrtTensor;
      return kept[i] ? deviceTensor(device, result) : fromOrt(result);
    });
  }

  dispose(): void {
    this.#compiled.lease.release();
    for (const other of this.#others.values())
      other.then(
        ({ release }) => release(),
        () => undefined,
      );
    this.#others.clear();
  }

  async #feedsFrom(inputs: readonly AnyTensor[]): Promise<Feeds> {
    const { device } = this.#compiled;
    const feeds: Feeds = {};
    for (const [i, value] of inputs.entries())
      feeds[`in${i}`] = isOwn(value, device.provider.backend)
        ? value.resource
        : toOrt(device.lib, isDeviceTensor(value) ? await value.read() : value);
    return feeds;
  }

  #keepable(keep: readonly boolean[]): readonly boolean[] {
    const { device, region } = this.#compiled;
    return region.outputs.map(({ value }, i) => (keep[i] ?? false) && canKeep(device, value));
  }

  #failure(cause: unknown): PolyphaseError {
    const { region, device } = this.#compiled;
    return runFailure(cause, region.name, device.provider.backend, region.nodes);
  }

  /** The same run without the forms that want finite values. */
  async #again(feeds: Feeds, kept: readonly boolean[], results: Outputs) {
    for (const [i, name] of this.#names.entries()) if (kept[i]) (results[name] as OrtTensor).dispose();
    const { session } = await this.#other('exact', this.#compiled.exact, {});
    try {
      const again = await session.run(feeds);
      return this.#names.map((name) => fromOrt(again[name] as OrtTensor));
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  async #keeping(kept: readonly boolean[]): Promise<InferenceSession> {
    const names = this.#names.filter((_, i) => kept[i]);
    const preferredOutputLocation = Object.fromEntries(names.map((name) => [name, 'gpu-buffer' as const]));
    const { restated } = this.#compiled;
    const { session } = await this.#other(names.join(), () => restated, { preferredOutputLocation });
    return session;
  }

  #other(key: string, of: () => Restated, more: InferenceSession.SessionOptions): Promise<Lease> {
    const { lib, provider, options, sessions } = this.#compiled.device;
    const known = this.#others.get(key);
    if (known) return known;
    const made = sessions.lease(lib, writeModel(of().graph, provider), { ...options, ...more });
    made.catch(() => this.#others.delete(key));
    this.#others.set(key, made);
    return made;
  }
}

const isZero = ({ data }: OrtTensor): boolean => (data as Float32Array)[0] === 0;

const bytesOf = (value: Value): number => elementsOf(value) * dtypes[value.type.dtype].bytes;

const sumOf = (values: readonly Value[]): number => values.reduce((sum, value) => sum + bytesOf(value), 0);

/** The forms that layers are in: `stacked-phases (2)`. */
const taken = ({ forms }: Restated): readonly string[] =>
  [...forms].map(([name, count]) => `${name} (${count})`);

function reportOf({ region, restated, device: { provider } }: Compiled): ProgramReport {
  const { graph } = restated;
  const copies = {
    toDevice: provider.isDevice ? sumOf(region.inputs) : 0,
    toHost: sumOf(region.outputs.map(({ value }) => value)),
  };
  return {
    steps: [{ kernel: [`onnxruntime ${provider.name}`, ...taken(restated)].join(', '), nodes: region.nodes }],
    memory: { constants: constantBytes(graph), activations: activationBytes(graph, bytesOf) },
    copies,
  };
}
