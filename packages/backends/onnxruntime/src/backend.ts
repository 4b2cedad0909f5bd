import { type Graph, isStatic, type Node, PolyphaseError, place, sizeOf } from '@polyphase/ir';
import { type Backend, defineBackend, type Probe, type Program } from '@polyphase/plugin';
import type { Device } from './device.ts';
import { compileFailure, isFallback, isMissingKernel, messageOf, namedLayer } from './failures.ts';
import { type Reformed, reform } from './forms/form.ts';
import { firstLeaving, leaves } from './leaving.ts';
import { loadLibrary } from './library.ts';
import { type Restated, restate, writeModel } from './model.ts';
import type { OnnxruntimeOptions } from './options.ts';
import { noIndices, poolingsWithIndices } from './pooling-indices.ts';
import { probeProvider } from './probe.ts';
import { OnnxruntimeProgram } from './program.ts';
import { type Provider, providers } from './providers/index.ts';
import { graphOf } from './providers/written.ts';
import { Refusals } from './refusals.ts';
import { sessionOptions } from './session-options.ts';
import { type Lease, Sessions } from './sessions.ts';

/**
 * Runs regions in onnxruntime-node, on the execution provider that is asked for and nowhere else: what would leave it is
 * refused, so that it is placed, and seen, on another backend.
 */
export const onnxruntime = defineBackend((options: OnnxruntimeOptions): Backend => {
  const runtime = new Runtime(options);
  const { backend, isDevice } = providers[options.provider ?? 'cpu'];
  return {
    name: backend,
    overlaps: true,
    singleLayers: true,
    ...(isDevice && { transfer: transferCost }),
    probe: () => runtime.probe(),
    refuses: (node) => runtime.refuses(node),
    compile: (region) => runtime.compile(region),
    close: () => runtime.close(),
  };
});

/** A pageable copy over PCIe, from and to memory that JavaScript has. */
const transferCost = { microseconds: 50, bytesPerMicrosecond: 6000 };

/** What a backend has opened and learnt. */
class Runtime {
  readonly #options: OnnxruntimeOptions;
  readonly #provider: Provider;
  readonly #refusals: Refusals;
  readonly #sessions: Sessions;

  constructor(options: OnnxruntimeOptions) {
    this.#options = options;
    this.#provider = providers[options.provider ?? 'cpu'];
    this.#refusals = new Refusals(this.#provider);
    this.#sessions = new Sessions(options.idleSessions ?? 4);
  }

  async probe(): Promise<Probe> {
    const { halves, ...probe } = await probeProvider(this.#provider, this.#options);
    this.#refusals.halves = halves;
    return probe;
  }

  refuses(node: Node): string | undefined {
    return this.#refusals.of(node);
  }

  async compile(region: Graph): Promise<Program> {
    checkSizes(region, this.#provider.backend);
    this.#checkIndices(region);
    const device = await this.#device();
    const restated = restate(region, (node) => this.#formOf(node));
    const lease = await this.#session(device, region, restated);
    const exact = (): Restated => restate(region, (node) => this.#refusals.neededForm(node));
    return new OnnxruntimeProgram({ device, region, restated, lease, exact });
  }

  async close(): Promise<void> {
    await this.#sessions.close();
  }

  async #device(): Promise<Device> {
    const options = sessionOptions(this.#provider, this.#options);
    const lib = this.#options.lib ?? (await loadLibrary());
    return { lib, provider: this.#provider, options, sessions: this.#sessions };
  }

  #formOf(node: Node): Reformed | undefined {
    const { faster } = this.#provider;
    const { rewrites = true } = this.#options;
    return this.#refusals.neededForm(node) ?? (rewrites ? reform(node, faster) : undefined);
  }

  async #session(device: Device, region: Graph, { graph, origin }: Restated): Promise<Lease> {
    const { lib, provider, options, sessions } = device;
    try {
      return await sessions.lease(lib, writeModel(graph, provider), options);
    } catch (cause) {
      if (isFallback(cause)) throw await this.#refuseLeaving(device, region, origin, cause);
      const layer = isMissingKernel(cause) ? namedLayer(messageOf(cause), region.nodes) : undefined;
      if (layer) throw this.#refuse(layer, 'onnxruntime has no kernel for it', cause);
      throw compileFailure(cause, region.name, this.#provider.backend, region.nodes);
    }
  }

  /** Tries the layers one by one, then together: onnxruntime says that one leaves the provider, not which. */
  async #refuseLeaving(device: Device, region: Graph, origin: Restated['origin'], cause: unknown) {
    let refused: PolyphaseError | undefined;
    const why = `it would leave ${this.#provider.title}`;
    for (const layer of region.nodes) {
      if (this.refuses(layer) !== undefined) continue;
      const parts = [...origin].flatMap(([part, of]) => (of === layer ? [part] : []));
      if (await leaves(device, graphOf(...parts))) refused = this.#refuse(layer, why, cause);
    }
    if (refused) return refused;
    const layer = await firstLeaving(region, (beginning) =>
      leaves(device, restate(beginning, (node) => this.#formOf(node)).graph),
    );
    const around = `${why} behind the layers before it`;
    this.#refusals.learnOf(layer, around);
    return refusal(layer, this.#provider.backend, around, cause);
  }

  #refuse(layer: Node, why: string, cause: unknown): PolyphaseError {
    this.#refusals.learn(layer, why);
    return refusal(layer, this.#provider.backend, why, cause);
  }

  #checkIndices(region: Graph): void {
    const [pooling] = this.#provider.name === 'webgpu' ? poolingsWithIndices(region) : [];
    if (!pooling) return;
    this.#refusals.learnOf(pooling, noIndices);
    throw refusal(pooling, this.#provider.backend, noIndices);
  }
}

const refusal = (layer: Node, backend: string, why: string, cause?: unknown): PolyphaseError =>
  new PolyphaseError('PP3007', {
    at: place(layer),
    problem: `the ${backend} backend cannot run it: ${why}`,
    fix: 'Add a backend that can, such as cpu()',
    cause,
  });

/** The most elements of one tensor: JavaScript's arrays end there. */
const largestTensor = 2 ** 32;

/** Memory is taken only for sizes that were checked: a model file may say anything. */
function checkSizes({ nodes }: Graph, backend: string): void {
  for (const node of nodes) {
    for (const { type } of node.outputs) {
      const size = isStatic(type.shape) ? sizeOf(type.shape) : Number.NaN;
      if (size <= largestTensor) continue;
      throw new PolyphaseError('PP3004', {
        at: place(node),
        problem: `its output [${type.shape.join(', ')}] has ${size} elements, the ${backend} backend takes ${largestTensor}`,
        fix: 'Run smaller inputs, or another backend',
      });
    }
  }
}
