import { cpu } from './cpu.ts';
import { coreml, cuda, dml, tensorrt } from './gpu.ts';
import type { Provider, ProviderName } from './provider.ts';
import { webgpu } from './webgpu.ts';

export type { Kernels, Provider, ProviderName } from './provider.ts';

/** Everything that is declared of onnxruntime's execution providers. */
export const providers: { readonly [N in ProviderName]: Provider } = {
  cpu,
  cuda,
  tensorrt,
  webgpu,
  dml,
  coreml,
};
