import { PolyphaseError } from '@polyphase/ir';
import type { Binding, Dispatch } from '../text/shader.ts';

/** The pipelines of a device: one for each text, however many layers have it. */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #byText = new Map<string, Promise<GPUComputePipeline>>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  /** How many have been made. */
  count = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  of(dispatch: Dispatch): Promise<GPUComputePipeline> {
    const key = `${accessesOf(dispatch.bindings)} ${dispatch.key}`;
    const known = this.#byText.get(key);
    if (known) return known;
    const pipeline = this.#make(dispatch);
    this.#byText.set(key, pipeline);
    return pipeline;
  }

  layoutOf(bindings: readonly Binding[]): GPUBindGroupLayout {
    const accesses = accessesOf(bindings);
    const known = this.#layouts.get(accesses);
    if (known) return known;
    const layout = this.#device.createBindGroupLayout({
      entries: bindings.map(({ access }, binding) => ({
        binding,
        visibility: 4, // GPUShaderStage.COMPUTE
        buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
      })),
    });
    this.#layouts.set(accesses, layout);
    return layout;
  }

  async #make(dispatch: Dispatch): Promise<GPUComputePipeline> {
    this.count++;
    const device = this.#device;
    const label = dispatch.kernel;
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ label, code: dispatch.code });
    const failure = device.popErrorScope();
    const layout = device.createPipelineLayout({ bindGroupLayouts: [this.layoutOf(dispatch.bindings)] });
    const compute = { module, entryPoint: 'main' };
    const pipeline = device.createComputePipelineAsync({ label, layout, compute });
    try {
      const error = await failure;
      if (error) throw new Error(error.message, { cause: error });
      return await pipeline;
    } catch (cause) {
      await pipeline.catch(() => {});
      throw await invalid(dispatch, module, cause);
    }
  }
}

const accessesOf = (bindings: readonly Binding[]): string =>
  bindings.map(({ access }) => (access === 'read' ? 'r' : 'w')).join('');

/** The error of a shader that the device does not take: which kernel, what is wrong and the text. */
async function invalid(
  { kernel, code }: Dispatch,
  module: GPUShaderModule,
  cause: unknown,
): Promise<PolyphaseError> {
  const { messages } = await module.getCompilationInfo().catch(() => ({ messages: [] }));
  const said = messages.map(({ lineNum, linePos, message }) => `${lineNum}:${linePos} ${message}`);
  const problem = said.length > 0 ? said.join('; ') : (cause as Error).message;
  return new PolyphaseError('PP3005', {
    at: `webgpu, kernel ${kernel}`,
    problem: `the device does not take its shader: ${problem}\n\n${code}\n`,
    fix: 'Report this as a defect, with the text',
    cause,
  });
}
