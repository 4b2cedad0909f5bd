import { type Node, type StaticType, sizeOf, staticType, type TensorType } from '@polyphase/ir';
import type { Backend, Probe } from '@polyphase/plugin';
import { describe } from './device/describe.ts';
import { findAdapter, Gpu, openGpu } from './device/gpu.ts';
import { lostDevice } from './device/loss.ts';
import { generate, type Precision } from './generate.ts';
import { type ImageOptions, type ImageSource, tensorOfImage } from './image.ts';
import { instantiate } from './program/instance.ts';
import { GpuProgram } from './program/program.ts';
import { storageOf } from './storage.ts';
import { BufferTensor, type GpuTensor } from './tensors.ts';
import type { TuningCache } from './tuning/cache.ts';
import { tune } from './tuning/tune.ts';
import { unsupported } from './unsupported.ts';

export interface WebgpuOptions {
  /** Your own device: buffers of it can be inputs, and it is not given back. Default: one is opened. */
  readonly device?: GPUDevice | undefined;
  /**
   * What float32 is stored in between the layers, where the device has 16-bit floats; sums stay float32. Default:
   * 'float32'.
   */
  readonly precision?: Precision | undefined;
  /**
   * Measures how each convolution is computed fastest when it is first compiled on an adapter, and keeps the choices
   * there: `fileCache(path)`, `indexedDbCache()` or `memoryCache()`. Default: chosen by estimates.
   */
  readonly tune?: TuningCache | undefined;
  /** Which GPU of a machine with several. */
  readonly powerPreference?: GPUPowerPreference | undefined;
}

/** What submitting and mapping take on a machine with a GPU of its own, and what its bus carries. */
const transfer = { microseconds: 200, bytesPerMicrosecond: 6000 } as const;

/** The backend, and what only it offers: tensors that lie on its device already. */
export interface WebgpuBackend extends Backend {
  /** Its device, opened if it is not yet. @throws PP3002 when there is none. */
  device(): Promise<GPUDevice>;
  /** Pixels of a texture, or in browsers of a picture, canvas or video, as an input that never leaves the device. */
  fromImage(source: ImageSource, options?: ImageOptions): Promise<GpuTensor>;
  /**
   * A buffer of its device as an input. It stays yours: disposing of the tensor does not destroy it. Elements lie there
   * as `storageOf` says: float32 as it is; narrow integers and bool take a word each.
   */
  fromBuffer(buffer: GPUBuffer, type: StaticType): Promise<GpuTensor>;
}

/** Runs layers on a GPU as WGSL, generated for their exact shapes; in browsers, and in Node with the package `webgpu`. */
export function webgpu({
  device,
  precision = 'float32',
  powerPreference,
  tune: cache,
}: WebgpuOptions = {}): WebgpuBackend {
  const devices = new Devices(device, powerPreference);
  return {
    name: 'webgpu',
    overlaps: true,
    transfer,
    probe: async () => probe((await devices.current())?.device ?? device, powerPreference),
    refuses: refusal,
    async compile(region, { trace }) {
      const gpu = await devices.open();
      const chosen = cache && (await tune(region, gpu, precision, { cache, trace }));
      const generated = generate(region, gpu.target, precision, chosen);
      for (const { step } of generated.stages)
        trace?.(`webgpu: ${step.kernel}: ${step.nodes.map(({ name }) => name).join(' + ')}`);
      return new GpuProgram(region, generated, await instantiate(region, generated, gpu));
    },
    close: () => devices.close(),
    device: async () => (await devices.open()).device,
    fromImage: async (source, options = {}) => tensorOfImage(await devices.open(), source, options),
    async fromBuffer(buffer, type) {
      const { device: owner, target } = await devices.open();
      return new BufferTensor(
        owner,
        { type, storage: storageOf(type.dtype, target.features.f16), buffer },
        false,
      );
    },
  };
}

/** The device of a backend: opened when it is asked for first, and again once it is lost. */
class Devices {
  readonly #given: GPUDevice | undefined;
  readonly #powerPreference: GPUPowerPreference | undefined;
  #gpu: Promise<Gpu> | undefined;

  constructor(given: GPUDevice | undefined, powerPreference: GPUPowerPreference | undefined) {
    this.#given = given;
    this.#powerPreference = powerPreference;
  }

  /** The device that works now. */
  async current(): Promise<Gpu | undefined> {
    const gpu = await this.#gpu?.catch(() => undefined);
    return gpu?.lost ? undefined : gpu;
  }

  /** Those who ask at one time get one device. */
  open(): Promise<Gpu> {
    this.#gpu = this.#after(this.#gpu);
    return this.#gpu;
  }

  async #after(before: Promise<Gpu> | undefined): Promise<Gpu> {
    const known = await before?.catch(() => undefined);
    if (known && !known.lost) return known;
    if (!this.#given) return openGpu({ powerPreference: this.#powerPreference });
    if (known?.lost) throw lostDevice('webgpu', known.lost);
    return new Gpu(this.#given);
  }

  async close(): Promise<void> {
    const gpu = await this.#gpu?.catch(() => undefined);
    this.#gpu = undefined;
    if (!this.#given) gpu?.device.destroy();
  }
}

async function probe(
  device: GPUDevice | undefined,
  powerPreference: GPUPowerPreference | undefined,
): Promise<Probe> {
  if (device) return { ok: true, detail: describe(device, device.adapterInfo) };
  const found = await findAdapter({ powerPreference });
  if (!found.adapter) return { ok: false, why: found.why };
  return { ok: true, detail: describe(found.adapter, found.adapter.info) };
}

/** Indexes are signed 32-bit numbers. */
const mostElements = 2 ** 31 - 1;

function refusal(node: Node): string | undefined {
  const sizes = [...node.inputs, ...node.outputs].map((value) => (value ? elementsOf(value.type) : 0));
  const largest = Math.max(...sizes);
  if (largest > mostElements) return `a tensor of ${largest} elements is beyond 32-bit indexes`;
  return unsupported(node);
}

const elementsOf = (type: TensorType): number => sizeOf(staticType(type).shape);
