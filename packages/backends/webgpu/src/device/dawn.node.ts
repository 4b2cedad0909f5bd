/** WebGPU in Node: Dawn, of the npm package `webgpu`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Runtime } from './runtime.ts';

interface Dawn {
  create(options: readonly string[]): GPU;
  readonly globals: Readonly<Record<string, unknown>>;
}

/** Kept for as long as the process lives: devices of an instance that is collected crash. */
let instance: GPU | undefined;

export async function dawn(): Promise<Runtime> {
  if (instance) return { gpu: instance };
  if (!hasLoader()) return { why: missingLoader };
  const name = 'webgpu';
  let library: Dawn;
  try {
    library = (await import(/* @vite-ignore */ name)) as Dawn;
  } catch (error) {
    return { why: whyNotLoaded(error) };
  }
  const missing = Object.entries(library.globals).filter(([key]) => !(key in globalThis));
  Object.assign(globalThis, Object.fromEntries(missing));
  instance ??= library.create([]);
  return { gpu: instance };
}

const whyNotLoaded = (error: unknown): string =>
  (error as { code?: string }).code === 'ERR_MODULE_NOT_FOUND'
    ? 'the npm package `webgpu` (Dawn) is not installed: npm install webgpu'
    : `the npm package \`webgpu\` (Dawn) cannot be loaded: ${(error as Error).message}`;

const missingLoader =
  'the Vulkan loader, libvulkan.so.1, is not installed (Debian and Ubuntu: apt install libvulkan1)';

const loaderFolders = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/lib64',
];
const driverFolders = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];

/** Whether Dawn can load Vulkan, which it needs on Linux; it complains on its own when it cannot. */
function hasLoader(): boolean {
  const { env, platform } = process;
  if (platform !== 'linux') return true;
  const folders = [...(env.LD_LIBRARY_PATH ?? '').split(':').filter(Boolean), ...loaderFolders];
  const isThere = (folder: string): boolean => existsSync(join(folder, 'libvulkan.so.1'));
  return folders.some(isThere) || ['/proc/self/maps', '/etc/ld.so.cache'].some(mentionsLoader);
}

/** Whether it is loaded already, or known to the dynamic linker. */
const mentionsLoader = (file: string): boolean =>
  existsSync(file) && readFileSync(file).includes('libvulkan.so.1');

/** Which part of a machine's graphics driver Dawn does not find. */
export function missingDriver(): string {
  const { env, platform } = process;
  const no = 'Dawn finds no GPU';
  if (platform !== 'linux') return `${no}: this machine has none, or its driver is too old`;
  const named = env.VK_DRIVER_FILES ?? env.VK_ICD_FILENAMES;
  const drivers = named ? named.split(':').filter(existsSync) : driverFolders.flatMap(filesIn);
  if (drivers.length === 0)
    return `${no}: no Vulkan driver is installed (none in ${named ?? driverFolders.join(', ')})`;
  return `${no}: none of the Vulkan drivers ${drivers.join(', ')} has a device that it can use`;
}

const filesIn = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [];
