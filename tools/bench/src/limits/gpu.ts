import type { Turn } from '../measure.ts';
import type { Work } from '../work.ts';
import type { Probe } from './speeds.ts';

const workgroup = 64;
const chains = 8;
const steps = 64;
const flopsPerInvocation = 2 * 4 * chains * steps;
/** A turn shorter than this says more about submitting than about the device. */
const leastMilliseconds = 10;
const mostInvocations = 2 ** 22;
const usage = { storage: 0x80, copyTo: 0x08, copyFrom: 0x04 };

const multiplyShader = `
@group(0) @binding(0) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(${workgroup})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let a = vec4<f32>(y[id.x & 15u]);
${lines((i) => `  var s${i} = vec4<f32>(${i}.0);`)}
  for (var k = 0; k < ${steps}; k++) {
${lines((i) => `    s${i} = s${i} * a + a;`)}
  }
  y[id.x] = dot(${Array.from({ length: chains }, (_, i) => `s${i}`).join(' + ')}, a);
}
`;

const writeShader = (copies: boolean): string => `
@group(0) @binding(0) var<storage, read_write> y: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4<f32>>;

@compute @workgroup_size(${workgroup})
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) grid: vec3<u32>, @builtin(local_invocation_index) i: u32) {
  let at = (id.y * grid.x + id.x) * ${workgroup}u + i;
  if (at < arrayLength(&y) && at < arrayLength(&x)) { y[at] = ${copies ? 'x[at]' : 'vec4<f32>(1.0)'}; }
}
`;

function lines(line: (i: number) => string): string {
  return Array.from({ length: chains }, (_, i) => line(i)).join('\n');
}

/** What a GPU can do: shaders that do nothing but multiply, write or copy, between the runs of the contestants. */
export class GpuLimits {
  readonly #device: GPUDevice;
  #invocations = 4096;

  private constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** @throws Error when there is no adapter. */
  static async prepare(gpu: GPU): Promise<GpuLimits> {
    const adapter = await gpu.requestAdapter();
    if (!adapter) throw new Error('there is no WebGPU adapter');
    const limits = new GpuLimits(await adapter.requestDevice());
    await limits.#calibrate();
    return limits;
  }

  /** As many invocations as take long enough. */
  async #calibrate(): Promise<void> {
    for (;;) {
      const { run, dispose } = this.#multiply();
      await run();
      const start = performance.now();
      await run();
      dispose();
      if (performance.now() - start >= leastMilliseconds || this.#invocations >= mostInvocations) return;
      this.#invocations *= 4;
    }
  }

  probe({ written }: Work): Probe {
    const bytes = Math.max(Math.ceil(written / 16) * 16, 1024);
    const turns = [
      this.#multiply(),
      this.#pass(writeShader(false), bytes),
      this.#pass(writeShader(true), bytes),
    ];
    return {
      turns,
      speeds: ([multiply, write, copy]) => ({
        flops: (this.#invocations * flopsPerInvocation) / multiply!,
        written: bytes / write!,
        copied: bytes / copy!,
      }),
      async close() {
        for (const turn of turns) turn.dispose();
      },
    };
  }

  #multiply() {
    return this.#pass(multiplyShader, 4 * this.#invocations, this.#invocations);
  }

  /** A shader over buffers of this size, an invocation for each vector unless it is said otherwise. */
  #pass(code: string, bytes: number, invocations = bytes / 16): Turn & { dispose(): void } {
    const device = this.#device;
    const module = device.createShaderModule({ code });
    const pipeline = device.createComputePipeline({
      layout: 'auto',
      compute: { module, entryPoint: 'main' },
    });
    const bound = code.includes('@binding(1)') ? 2 : 1;
    const buffers = Array.from({ length: bound }, () =>
      device.createBuffer({ size: bytes, usage: usage.storage | usage.copyTo | usage.copyFrom }),
    );
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    const count = Math.ceil(invocations / workgroup);
    const rows = Math.ceil(count / 65_535);
    return {
      async run() {
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(Math.ceil(count / rows), rows);
        pass.end();
        device.queue.submit([encoder.finish()]);
        await device.queue.onSubmittedWorkDone();
      },
      dispose() {
        for (const buffer of buffers) buffer.destroy();
      },
    };
  }
}
