import { PolyphaseError } from '@polyphase/ir';
import { limitsIn, type Target } from '../target.ts';
import type { Dispatch } from '../text/shader.ts';
import { Pipelines } from './pipelines.ts';
import { findRuntime, whyNoAdapter } from './runtime.ts';

/** A device that works, with the pipelines that it has. */
export class Gpu {
  readonly device: GPUDevice;
  readonly target: Target;
  readonly pipelines: Pipelines;
  /** Those that make tensors of pictures, by their text. */
  readonly imagePipelines = new Map<string, Promise<GPUComputePipeline>>();
  /** Set once the device is gone. */
  lost: GPUDeviceLostInfo | undefined;

  constructor(device: GPUDevice) {
    this.device = device;
    this.target = targetFor(device);
    this.pipelines = new Pipelines(device);
    void device.lost.then((info) => {
      this.lost = info;
    });
  }

  pipelineOf(dispatch: Dispatch): Promise<GPUComputePipeline> {
    return this.pipelines.of(dispatch);
  }
}

const targetFor = ({ limits, features, adapterInfo }: GPUDevice): Target => ({
  limits: limitsIn(limits),
  features: { f16: features.has('shader-f16'), subgroups: features.has('subgroups') },
  software: adapterInfo.isFallbackAdapter === true || adapterInfo.architecture === 'swiftshader',
});

/** Features that are used where a device has them. */
export const usefulFeatures = ['shader-f16', 'subgroups', 'timestamp-query'] as const;

export interface AdapterWanted {
  readonly powerPreference: GPUPowerPreference | undefined;
}

export type Found = { readonly adapter: GPUAdapter } | { readonly adapter?: undefined; readonly why: string };

export async function findAdapter({ powerPreference }: AdapterWanted): Promise<Found> {
  const runtime = await findRuntime();
  if (!runtime.gpu) return runtime;
  const adapter = await runtime.gpu.requestAdapter(powerPreference && { powerPreference });
  return adapter ? { adapter } : { why: await whyNoAdapter() };
}

/** A new device with all that its adapter can do. @throws PP3002 when there is none. */
export async function openGpu(wanted: AdapterWanted): Promise<Gpu> {
  const found = await findAdapter(wanted);
  if (!found.adapter) throw notUsable(found.why);
  const { adapter } = found;
  const requiredFeatures = usefulFeatures.filter((feature) => adapter.features.has(feature));
  try {
    return new Gpu(
      await adapter.requestDevice({
        label: 'polyphase',
        requiredFeatures,
        requiredLimits: { ...limitsIn(adapter.limits) },
      }),
    );
  } catch (cause) {
    throw notUsable(`the adapter gives no device: ${(cause as Error).message}`, cause);
  }
}

const notUsable = (problem: string, cause?: unknown): PolyphaseError =>
  new PolyphaseError('PP3002', {
    at: 'webgpu',
    problem,
    fix: 'Use another backend, or give it a machine with a GPU',
    cause,
  });
