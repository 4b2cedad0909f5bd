/** What `requestAdapter` is asked of: the browser's WebGPU, or in Node that of the npm package `webgpu` (Dawn). */
export type Runtime = { readonly gpu: GPU } | { readonly gpu?: undefined; readonly why: string };

interface WithNavigator {
  readonly navigator?: { readonly gpu?: GPU };
  readonly process?: { readonly versions?: { readonly node?: string } };
  readonly isSecureContext?: boolean;
}

export async function findRuntime(): Promise<Runtime> {
  const { navigator, process, isSecureContext } = globalThis as WithNavigator;
  if (navigator?.gpu) return { gpu: navigator.gpu };
  if (process?.versions?.node) return (await import('./dawn.node.ts')).dawn();
  if (isSecureContext === false) return { why: 'WebGPU needs a secure page: https, or localhost' };
  return { why: 'this browser has no WebGPU' };
}

/** Why there is no adapter, as far as this machine shows it. */
export async function whyNoAdapter(): Promise<string> {
  const { navigator, process } = globalThis as WithNavigator;
  if (navigator?.gpu || !process?.versions?.node)
    return 'the browser has WebGPU but no adapter: this machine has no GPU that it can use, or it is switched off';
  return (await import('./dawn.node.ts')).missingDriver();
}
