import { dtypes, type Graph, type Tensor, type Value } from '@polyphase/ir';
import type { AnyTensor, Program, ProgramReport, RunOptions } from '@polyphase/plugin';
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

type Outputs = InferenceSession.OnnxValueMapType;

export class OnnxruntimeProgram implements Program {
  readonly report: ProgramReport;
  readonly #compiled: Compiled;
  /** Sessions that are made on first need: by which outputs they keep on the device, and `exact`. */
  readonly #others = new Map<string, Promise<Lease>>();

  constructor(compiled: Compiled) {
    this.#compiled = compiled;
    this.report = reportOf(compiled);
  }

  async run(inputs: readonly AnyTensor[], { keep = [] }: RunOptions = {}): Promise<readonly AnyTensor[]> {
    const { device, region, restated, lease } = this.#compiled;
    const kept = region.outputs.map(({ value }, i) => (keep[i] ?? false) && canKeep(device, value));
    const feeds = await this.#feeds(inputs);
    const session = kept.includes(true) ? await this.#keeping(kept) : lease.session;
    const results = await this.#guarded(session, feeds);
    if (restated.isWatched && !isZero(results.finite as OrtTensor)) return this.#again(feeds, kept, results);
    return region.outputs.map((_, i) => {
      const result = results[`out${i}`] as OrtTensor;
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

  async #feeds(inputs: readonly AnyTensor[]): Promise<Record<string, OrtTensor>> {
    const { device } = this.#compiled;
    const feeds = await Promise.all(
      inputs.map(async (value, i) => {
        const tensor = isOwn(value, device.provider.backend)
          ? value.resource
          : toOrt(device.lib, 'device' in value ? await value.read() : (value as Tensor));
        return [`in${i}`, tensor] as const;
      }),
    );
    return Object.fromEntries(feeds);
  }

  async #guarded(session: InferenceSession, feeds: Record<string, OrtTensor>): Promise<Outputs> {
    try {
      return await session.run(feeds);
    } catch (cause) {
      const { region, device } = this.#compiled;
      throw runFailure(cause, region.name, device.provider.backend, region.nodes);
    }
  }

  /** The same run without the forms that want finite values. */
  async #again(feeds: Record<string, OrtTensor>, kept: readonly boolean[], results: Outputs) {
    for (const [i, isKept] of kept.entries()) if (isKept) (results[`out${i}`] as OrtTensor).dispose();
    const { session } = await this.#other('exact', this.#compiled.exact, {});
    const again = await this.#guarded(session, feeds);
    return this.#compiled.region.outputs.map((_, i) => fromOrt(again[`out${i}`] as OrtTensor));
  }

  async #keeping(kept: readonly boolean[]): Promise<InferenceSession> {
    const names = kept.flatMap((isKept, i) => (isKept ? [`out${i}`] : []));
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
