import { type Graph, PolyphaseError } from '@polyphase/ir';
import { rootOf } from '@polyphase/kernel';
import type { Gpu } from '../device/gpu.ts';
import { failureOf } from '../device/loss.ts';
import type { Generated, Stage } from '../generate.ts';
import { type Layout, layOut, type Slot } from '../memory/layout.ts';
import { sizeText } from '../memory/size-text.ts';
import { encode } from '../storage.ts';
import { usages } from '../tensors.ts';

/** A dispatch, ready to be encoded. */
export interface Call {
  readonly stage: Stage;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
}

/** A program's memory and pipelines on a device. */
export interface Instance {
  readonly gpu: Gpu;
  readonly layout: Layout;
  readonly calls: readonly Call[];
  bufferOf(slot: Slot): GPUBuffer;
  destroy(): void;
}

/** Makes buffers, fills the constants and builds all pipelines, as many at a time as the device likes. */
export async function instantiate(region: Graph, generated: Generated, gpu: Gpu): Promise<Instance> {
  const { device } = gpu;
  const layout = layOut(region, generated, gpu.target.limits);
  const pipelines = Promise.all(generated.stages.map(({ dispatch }) => gpu.pipelineOf(dispatch)));
  pipelines.catch(() => {});
  const { buffers, failure } = allocate(gpu, layout, region.name);
  const bufferOf = ({ of, chunk }: Slot): GPUBuffer => buffers[of][chunk]!;
  const destroy = (): void => {
    for (const buffer of [...buffers.constants, ...buffers.activations]) buffer.destroy();
  };
  try {
    const problem = await failure;
    if (problem) throw problem;
    upload(generated, layout, (slot, bytes) => device.queue.writeBuffer(bufferOf(slot), slot.offset, bytes));
    const ready = await pipelines;
    const calls = generated.stages.map((stage, i): Call => {
      const { bindings } = stage.dispatch;
      const entries = bindings.map(({ resource }, binding) => {
        const slot = layout.slotOf(resource);
        return { binding, resource: { buffer: bufferOf(slot), offset: slot.offset, size: slot.bytes } };
      });
      const bindGroup = device.createBindGroup({ layout: gpu.pipelines.layoutOf(bindings), entries });
      return { stage, pipeline: ready[i]!, bindGroup };
    });
    return { gpu, layout, calls, bufferOf, destroy };
  } catch (cause) {
    destroy();
    throw await failureOf(device, region.name, cause);
  }
}

function allocate({ device }: Gpu, layout: Layout, name: string) {
  const usage = usages.storage | usages.copyFrom | usages.copyTo;
  const make = (of: Slot['of']) => (size: number) =>
    device.createBuffer({ label: `${of} of ${name}`, size, usage });
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  const buffers = {
    constants: layout.constants.map(make('constants')),
    activations: layout.activations.map(make('activations')),
  };
  const failures = Promise.all([device.popErrorScope(), device.popErrorScope()]);
  const failure = failures.then(([invalid, outOfMemory]) => {
    const error = invalid ?? outOfMemory;
    return error ? tooLarge(layout, name, error) : undefined;
  });
  return { buffers, failure };
}

const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0);

function tooLarge({ constants, activations }: Layout, name: string, cause: GPUError): PolyphaseError {
  const [fixed, moving] = [total(constants), total(activations)];
  return new PolyphaseError('PP3004', {
    at: name,
    problem: `it needs ${sizeText(fixed + moving)} (weights ${sizeText(fixed)}, activations ${sizeText(moving)}), and the device does not give that much: ${cause.message}`,
    fix: 'Use smaller inputs, or another backend',
    cause,
  });
}

/** Writes the constants that lie in memory as they are, and the data that families have packed. */
function upload(
  { placed, stages, storage }: Generated,
  layout: Layout,
  write: (slot: Slot, bytes: Uint8Array<ArrayBuffer>) => void,
): void {
  const { program, placements } = placed;
  const read = new Set([...stages.flatMap(({ buffers }) => buffers), ...program.outputs]);
  for (const buffer of read) {
    const elements = program.constants.get(rootOf(placements, buffer).within);
    if (elements) write(layout.placeOf(buffer), encode(buffer.dtype, elements, storage(buffer)));
  }
  const data = new Set(
    stages.flatMap(({ dispatch }) =>
      dispatch.bindings.flatMap(({ resource }) => (resource.kind === 'data' ? [resource.data] : [])),
    ),
  );
  for (const item of data) {
    const { buffer, byteOffset, byteLength } = item.fill();
    write(layout.slotOf({ kind: 'data', data: item }), new Uint8Array(buffer, byteOffset, byteLength));
  }
}
