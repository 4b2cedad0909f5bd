import { type Graph, PolyphaseError, type StaticType, sizeOf, staticType, type Tensor } from '@polyphase/ir';
import {
  type AnyTensor,
  type Emitted,
  isDeviceTensor,
  type Program,
  type ProgramReport,
  type RunOptions,
  type Step,
} from '@polyphase/plugin';
import { failureOf, lostDevice, throwCaught } from '../device/loss.ts';
import type { Generated } from '../generate.ts';
import type { Slot } from '../memory/layout.ts';
import { bytesFor, copyBytes, decode, encode, type Storage } from '../storage.ts';
import { BufferTensor, usages } from '../tensors.ts';
import type { Call, Instance } from './instance.ts';
import { Staging } from './staging.ts';
import { Times } from './times.ts';

/** An input or output of a program. */
interface End {
  readonly type: StaticType;
  readonly storage: Storage;
  readonly slot: Slot;
  /** In the read-back buffer, for outputs. */
  readonly staged: number;
}

/** A compiled region of the webgpu backend. */
export class GpuProgram implements Program {
  readonly report: ProgramReport;
  readonly #name: string;
  readonly #instance: Instance;
  readonly #generated: Generated;
  readonly #inputs: readonly End[];
  readonly #outputs: readonly End[];
  readonly #staging: Staging;
  #isDisposed = false;

  constructor(region: Graph, generated: Generated, instance: Instance) {
    const { program } = generated.placed;
    const endsOf = (types: readonly StaticType[], buffers: typeof program.inputs): readonly End[] => {
      let staged = 0;
      return types.map((type, i): End => {
        const [slot, storage] = [instance.layout.placeOf(buffers[i]!), generated.storage(buffers[i]!)];
        const end = { type, storage, slot, staged };
        staged += bytesFor(sizeOf(type.shape), storage);
        return end;
      });
    };
    this.#name = region.name;
    this.#instance = instance;
    this.#generated = generated;
    this.#inputs = endsOf(
      region.inputs.map(({ type }) => staticType(type)),
      program.inputs,
    );
    this.#outputs = endsOf(
      region.outputs.map(({ value }) => staticType(value.type)),
      program.outputs,
    );
    const last = this.#outputs.at(-1);
    const bytes = last ? last.staged + bytesFor(sizeOf(last.type.shape), last.storage) : 16;
    this.#staging = new Staging(instance.gpu.device, bytes);
    this.report = reportOf(generated, instance);
  }

  async run(
    inputs: readonly AnyTensor[],
    { observe, keep = [] }: RunOptions = {},
  ): Promise<readonly AnyTensor[]> {
    if (this.#isDisposed) throw disposed(this.#name);
    const { gpu } = this.#instance;
    const { device } = gpu;
    const sources = await Promise.all(inputs.map((input) => this.#sourceOf(input)));
    if (gpu.lost) throw lostDevice(this.#name, gpu.lost);
    if (this.#isDisposed) throw disposed(this.#name);
    const times = observe && this.#timesFor(device);
    try {
      device.pushErrorScope('out-of-memory');
      device.pushErrorScope('validation');
      const { staging, kept } = this.#submit(sources, keep, times);
      const failures = Promise.all([device.popErrorScope(), device.popErrorScope()]);
      const [outputs] = await Promise.all([
        this.#read(staging, kept),
        failures.then(([invalid, full]) => throwCaught(this.#name, invalid, full)),
      ]);
      if (times && observe) await times.tell(observe);
      return outputs;
    } catch (cause) {
      throw await failureOf(device, this.#name, cause);
    } finally {
      times?.destroy();
    }
  }

  emit(): readonly Emitted[] {
    return this.#generated.stages.map(({ step, dispatch }, i) => ({
      name: `${i}-${step.nodes[0]?.name ?? ''}-${dispatch.kernel}.wgsl`.replace(/[^A-Za-z0-9.]+/g, '-'),
      text: dispatch.code,
    }));
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#staging.destroy();
    this.#instance.destroy();
  }

  /** A tensor that can be copied to an input without waiting. */
  async #sourceOf(input: AnyTensor): Promise<Tensor | BufferTensor> {
    if (!isDeviceTensor(input)) return input;
    if (input instanceof BufferTensor && input.owner === this.#instance.gpu.device) return input;
    return input.read();
  }

  #timesFor(device: GPUDevice): Times | undefined {
    const { steps } = this.report;
    return device.features.has('timestamp-query') && steps.length > 0 ? new Times(device, steps) : undefined;
  }

  /** Hands a whole run to the queue at once: runs in flight share the arena, since the queue keeps their order. */
  #submit(sources: readonly (Tensor | BufferTensor)[], keep: readonly boolean[], times: Times | undefined) {
    const { gpu, bufferOf, calls } = this.#instance;
    const { device } = gpu;
    const encoder = device.createCommandEncoder({ label: this.#name });
    for (const [i, { slot, type, storage }] of this.#inputs.entries()) {
      const source = sources[i]!;
      if (source instanceof BufferTensor) {
        const bytes = copyBytes(sizeOf(type.shape), storage);
        if (bytes > 0) encoder.copyBufferToBuffer(source.resource, 0, bufferOf(slot), slot.offset, bytes);
      } else device.queue.writeBuffer(bufferOf(slot), slot.offset, encode(type.dtype, source.data, storage));
    }
    if (times) encodeTimed(encoder, calls, times);
    else encodeCalls(encoder.beginComputePass(), calls);
    times?.resolve(encoder);
    const kept = this.#outputs.map((end, i) => (keep[i] ? this.#keep(encoder, end) : undefined));
    const staging = kept.includes(undefined) ? this.#staging.take() : undefined;
    for (const [i, { slot, staged }] of this.#outputs.entries())
      if (staging && !kept[i])
        encoder.copyBufferToBuffer(bufferOf(slot), slot.offset, staging, staged, slot.bytes);
    device.queue.submit([encoder.finish()]);
    return { staging, kept };
  }

  #keep(encoder: GPUCommandEncoder, { type, storage, slot }: End): BufferTensor {
    const { gpu, bufferOf } = this.#instance;
    const usage = usages.storage | usages.copyFrom | usages.copyTo;
    const buffer = gpu.device.createBuffer({ label: 'output', size: slot.bytes, usage });
    encoder.copyBufferToBuffer(bufferOf(slot), slot.offset, buffer, 0, slot.bytes);
    return new BufferTensor(gpu.device, { type, storage, buffer }, true);
  }

  async #read(
    staging: GPUBuffer | undefined,
    kept: readonly (BufferTensor | undefined)[],
  ): Promise<readonly AnyTensor[]> {
    if (!staging) return kept as readonly BufferTensor[];
    return this.#staging.read(staging, (bytes) =>
      this.#outputs.map((end, i) => kept[i] ?? outputIn(bytes, end)),
    );
  }
}

function outputIn(bytes: ArrayBuffer, { type, storage, slot, staged }: End): Tensor {
  const own = bytes.slice(staged, staged + slot.bytes);
  return { ...type, data: decode(type.dtype, own, sizeOf(type.shape), storage) } as Tensor;
}

function encodeCalls(pass: GPUComputePassEncoder, calls: readonly Call[]): void {
  let current: GPUComputePipeline | undefined;
  for (const { pipeline, bindGroup, stage } of calls) {
    if (pipeline !== current) pass.setPipeline(pipeline);
    current = pipeline;
    pass.setBindGroup(0, bindGroup);
    const [x, y, z] = stage.dispatch.workgroups;
    pass.dispatchWorkgroups(x, y, z);
  }
  pass.end();
}

/** A pass for each step. */
function encodeTimed(encoder: GPUCommandEncoder, calls: readonly Call[], times: Times): void {
  const steps = [...new Set(calls.map(({ stage }) => stage.step))];
  for (const [i, step] of steps.entries())
    encodeCalls(
      times.pass(encoder, i),
      calls.filter(({ stage }) => stage.step === step),
    );
}

function reportOf({ stages }: Generated, { layout }: Instance): ProgramReport {
  const steps: readonly Step[] = [...new Set(stages.map(({ step }) => step))];
  const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);
  const { constants, activations, unshared, lowerBound } = layout;
  return {
    steps,
    memory: { constants: sum(constants), activations: sum(activations), unshared, lowerBound },
  };
}

const disposed = (name: string): PolyphaseError =>
  new PolyphaseError('PP4006', {
    at: name,
    problem: 'its program on the webgpu backend has been disposed',
    fix: 'Compile the model again',
  });
