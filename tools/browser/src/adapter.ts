import { constants } from 'node:os';
import { join } from 'node:path';
import { isBundled, unpack } from './unpack.ts';

/** Which GPU tests and programs use. */
export type Gpu = 'software' | 'hardware';

/** What the environment variable `POLYPHASE_GPU` asks for. @throws Error when it is none of the two. */
export function requestedGpu(): Gpu | undefined {
  const asked = process.env.POLYPHASE_GPU;
  if (asked === undefined || asked === '' || asked === 'software' || asked === 'hardware')
    return asked || undefined;
  throw new Error(`POLYPHASE_GPU=${asked}: it is software or hardware`);
}

/** What tests use: SwiftShader, so that every machine computes alike, unless the machine's own GPU is asked for. */
export const testGpu = (): Gpu => requestedGpu() ?? (isBundled ? 'software' : 'hardware');

/**
 * Variables that give a process started with them the software adapter: Dawn's `webgpu` package and onnxruntime's WebGPU
 * provider find it as they would find a graphics driver. Empty where npm has no SwiftShader for the platform.
 */
export async function softwareEnvironment(): Promise<Record<string, string>> {
  if (!isBundled) return {};
  const { driver, libraries } = await unpack();
  const inherited = process.env.LD_LIBRARY_PATH;
  return {
    VK_ICD_FILENAMES: driver,
    LD_LIBRARY_PATH: [libraries[0], ...(inherited ? [inherited] : [])].join(':'),
  };
}

/**
 * Gives this process, already running, the software adapter. To be called on the main thread (a worker's environment is
 * a copy that no driver reads), before the first adapter is requested.
 *
 * @throws Error where npm has no SwiftShader for the platform.
 */
export async function useSoftwareAdapter(): Promise<void> {
  if (!isBundled) throw new Error(`No software GPU in npm packages for ${process.platform}-${process.arch}`);
  const { driver, libraries } = await unpack();
  process.env.VK_ICD_FILENAMES = driver;
  keepLoaded(join(libraries[0], 'libvulkan.so.1'));
}

/** glibc's; Node has no name for it. */
const RTLD_NODELETE = 0x1000;

/**
 * Loads a shared library for good: a later `dlopen` of its name by anyone finds it. The loader reads LD_LIBRARY_PATH only
 * at a process's start, so this is the way in a running one.
 */
function keepLoaded(library: string): void {
  const { RTLD_NOW, RTLD_GLOBAL } = constants.dlopen;
  try {
    process.dlopen({ exports: {} }, library, RTLD_NOW | RTLD_GLOBAL | RTLD_NODELETE);
  } catch (error) {
    // Loaded, but no Node addon: exactly what is wanted.
    if (!String(error).includes('did not self-register')) throw error;
  }
}

/** What `POLYPHASE_GPU` asks for, in this process; without it the machine's own drivers are left as they are. */
export async function useRequestedGpu(): Promise<void> {
  if (requestedGpu() === 'software') await useSoftwareAdapter();
}
