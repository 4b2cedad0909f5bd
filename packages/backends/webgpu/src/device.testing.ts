import { Network, type Sample } from '@polyphase/conformance';
import { ops } from '@polyphase/ir';
import { openGpu } from './device/gpu.ts';

/** conv, relu, softmax over the channels. */
export function network(): Sample {
  const n = new Network();
  const sum = n.layer(
    ops.conv,
    { x: n.input([1, 3, 9, 11], 'image'), w: n.weight([5, 3, 3, 3]), bias: n.weight([5]) },
    {
      pads: [
        [1, 1],
        [1, 1],
      ],
      stride: [1, 1],
      dilation: [1, 1],
    },
  );
  const active = n.layer(ops.relu, { x: sum });
  return n.sample('network', [n.layer(ops.softmax, { x: active }, { axis: 1 })]);
}

/** How often a device was asked for what costs time. */
export interface Counts {
  pipelines: number;
  modules: number;
  bindGroups: number;
  buffers: number;
  encoders: number;
  submits: number;
}

/** A device of its own that counts. */
export async function countingDevice(): Promise<{ device: GPUDevice; counts: Counts }> {
  const { device } = await openGpu({ powerPreference: undefined });
  const counts: Counts = { pipelines: 0, modules: 0, bindGroups: 0, buffers: 0, encoders: 0, submits: 0 };
  const count = <K extends string>(
    object: { [P in K]: (...given: never[]) => unknown },
    method: K,
    name: keyof Counts,
  ) => {
    const own = object[method].bind(object) as (...given: never[]) => unknown;
    const counting = (...given: never[]): unknown => {
      counts[name]++;
      return own(...given);
    };
    Object.defineProperty(object, method, { value: counting, configurable: true });
  };
  count(device, 'createComputePipelineAsync', 'pipelines');
  count(device, 'createComputePipeline', 'pipelines');
  count(device, 'createShaderModule', 'modules');
  count(device, 'createBindGroup', 'bindGroups');
  count(device, 'createBuffer', 'buffers');
  count(device, 'createCommandEncoder', 'encoders');
  count(device.queue, 'submit', 'submits');
  return { device, counts };
}
