import type { Buffer } from '@polyphase/kernel';
import type { Gpu } from '../device/gpu.ts';
import { bytesFor } from '../storage.ts';
import { usages } from '../tensors.ts';
import type { Binding, Dispatch, ShaderContext } from '../text/shader.ts';

const leastMilliseconds = 2;
const mostRepeats = 64;
const rounds = 3;

/** Milliseconds that a dispatch takes, on buffers of its own: the least of some rounds. */
export async function timeOf(dispatch: Dispatch, gpu: Gpu, context: ShaderContext): Promise<number> {
  const pipeline = await gpu.pipelineOf(dispatch);
  const buffers = dispatch.bindings.map((binding) => bufferFor(binding, gpu.device, context));
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  const group = gpu.device.createBindGroup({ layout: gpu.pipelines.layoutOf(dispatch.bindings), entries });
  const run = async (repeats: number): Promise<number> => {
    const start = performance.now();
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    for (let i = 0; i < repeats; i++) pass.dispatchWorkgroups(...dispatch.workgroups);
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
    await gpu.device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / repeats;
  };
  try {
    await run(1);
    const once = await run(1);
    const repeats = Math.min(Math.max(Math.ceil(leastMilliseconds / once), 1), mostRepeats);
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) least = Math.min(least, await run(repeats));
    return least;
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}

function bufferFor({ resource }: Binding, device: GPUDevice, context: ShaderContext): GPUBuffer {
  const usage = usages.storage | usages.copyTo;
  if (resource.kind === 'buffer')
    return device.createBuffer({ size: bytesOf(resource.buffer, context), usage });
  const filled = resource.data.fill();
  const buffer = device.createBuffer({ size: Math.max(Math.ceil(filled.byteLength / 16) * 16, 16), usage });
  device.queue.writeBuffer(buffer, 0, filled);
  return buffer;
}

const bytesOf = (buffer: Buffer, { storage }: ShaderContext): number =>
  bytesFor(buffer.size, storage(buffer));
