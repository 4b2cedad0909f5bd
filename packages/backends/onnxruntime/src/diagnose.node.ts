import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { neededLibraries } from './elf.node.ts';
import type { Provider } from './providers/index.ts';

/** Installs what npm has no room for; see the package's README. */
const installCommand = 'npm run install:cuda';

/** What of a machine decides whether a provider can be used. */
export interface Machine {
  readonly platform: string;
  /** The folder of onnxruntime's libraries for this platform. */
  readonly folder: string;
  has(file: string): boolean;
  /** Whether the dynamic loader finds a library, by its own rules: LD_LIBRARY_PATH, its cache, its folders. */
  loads(library: string): boolean;
  /** The libraries that one is linked with. */
  needs(file: string): readonly string[];
  /** How many NVIDIA GPUs the driver shows. */
  gpus(): number;
}

/** What is missing for a provider, in words and with the command that helps; undefined when nothing is known to be. */
export function diagnose(provider: Provider, machine: Machine = thisMachine()): string | undefined {
  const { name, platforms, title } = provider;
  if (platforms && !platforms.includes(machine.platform))
    return `onnxruntime-node has ${title} on ${platforms.join(' and ')} only, this is ${machine.platform}`;
  if ((name !== 'cuda' && name !== 'tensorrt') || !machine.platform.startsWith('linux')) return undefined;
  const found = [
    ...missingFiles(name, machine),
    ...missingDriver(machine),
    ...missingLibraries(name, machine),
  ];
  return found.length > 0 ? found.join('; ') : undefined;
}

/** The libraries of a provider that are not in the npm package. */
export const providerFiles = (name: string): readonly string[] => [
  'libonnxruntime_providers_shared.so',
  `libonnxruntime_providers_${name}.so`,
];

function missingFiles(name: string, { folder, has }: Machine): readonly string[] {
  const missing = providerFiles(name).filter((file) => !has(join(folder, file)));
  return missing.length === 0
    ? []
    : [`the provider's files are not installed (${missing.join(', ')}): ${installCommand} downloads them`];
}

function missingDriver({ loads, gpus }: Machine): readonly string[] {
  if (!loads('libcuda.so.1')) return ['there is no NVIDIA driver (libcuda.so.1)'];
  return gpus() === 0 ? ['the driver shows no NVIDIA GPU'] : [];
}

/** What CUDA 12's provider is linked with, for as long as its file is not there to be asked. */
const cudaLibraries = [
  'libcudart.so.12',
  'libcublas.so.12',
  'libcublasLt.so.12',
  'libcudnn.so.9',
  'libcufft.so.11',
  'libcurand.so.10',
];
const linked: Readonly<Record<string, readonly string[]>> = {
  cuda: cudaLibraries,
  tensorrt: [...cudaLibraries, 'libnvinfer.so.10'],
};

function missingLibraries(name: string, { folder, has, loads, needs }: Machine): readonly string[] {
  const file = join(folder, `libonnxruntime_providers_${name}.so`);
  const wanted = has(file)
    ? needs(file).filter((library) => /^lib(cu|nv)/.test(library))
    : (linked[name] ?? []);
  const missing = wanted.filter((library) => library !== 'libcuda.so.1' && !loads(library));
  return missing.length === 0
    ? []
    : [
        `of CUDA and cuDNN the loader does not find ${missing.join(', ')}: install them, or name their folders in LD_LIBRARY_PATH`,
      ];
}

function thisMachine(): Machine {
  const { platform, arch } = process;
  const library = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  return {
    platform: `${platform}-${arch}`,
    folder: join(dirname(library), 'bin', 'napi-v6', platform, arch),
    has: existsSync,
    loads: isLoadable,
    needs: neededLibraries,
    gpus: () =>
      (existsSync('/proc/driver/nvidia/gpus') ? readdirSync('/proc/driver/nvidia/gpus').length : 0) ||
      deviceFiles(),
  };
}

/** Containers may hide the driver's own list. */
const deviceFiles = (): number => readdirSync('/dev').filter((file) => /^nvidia\d+$/.test(file)).length;

/** Loads it: the loader's own search has no other door. It is no addon of Node, which says so once it is loaded. */
function isLoadable(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_LAZY);
    return true;
  } catch (error) {
    return !/cannot open shared object file/.test(String(error));
  }
}

/**
 * Keeps CUDA's libraries from TF32, or lets them: they read the variable once, before the first session. Why that cannot
 * be had any more, or undefined.
 */
export function forbidTf32(tf32: boolean): string | undefined {
  const { NVIDIA_TF32_OVERRIDE: set } = process.env;
  if (!tf32 && set === undefined) process.env.NVIDIA_TF32_OVERRIDE = '0';
  if (!tf32 && set !== undefined && set !== '0')
    return `NVIDIA_TF32_OVERRIDE=${set} asks for TF32: unset it, or give tf32: true`;
  if (tf32 && set === '0')
    return 'TF32 is off for all of this process (NVIDIA_TF32_OVERRIDE=0, set by hand or by a backend without tf32): start another';
  return undefined;
}
