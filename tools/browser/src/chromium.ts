import type { LaunchOptions } from 'playwright';
import { type Gpu, testGpu } from './adapter.ts';
import { isBundled, unpack } from './unpack.ts';

/** A page is cross-origin isolated, and so may share memory with workers, when it is served with these. */
export const isolationHeaders: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const quiet = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Timestamps of 1 ns instead of rounded ones need the developer features. */
const gpuFlags: Readonly<Record<Gpu, readonly string[]>> = {
  software: [
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
    '--enable-webgpu-developer-features',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
  ],
  hardware: ['--enable-unsafe-webgpu', '--ignore-gpu-blocklist', '--enable-webgpu-developer-features'],
};

const hardwareOnLinux = ['--enable-features=Vulkan', '--use-angle=vulkan'];

/**
 * How playwright starts a Chromium with WebGPU: the executable that `POLYPHASE_CHROMIUM` names; else on Linux x64 the one
 * that npm installed; elsewhere the machine's own Google Chrome.
 */
export async function chromiumOptions(gpu: Gpu = testGpu()): Promise<LaunchOptions> {
  const args = [...quiet, ...gpuFlags[gpu], ...(gpu === 'hardware' && isLinux ? hardwareOnLinux : [])];
  const own = process.env.POLYPHASE_CHROMIUM;
  if (own) return { executablePath: own, args };
  if (!isBundled) return { channel: 'chrome', args };
  const { chromium, libraries, fonts } = await unpack();
  return { executablePath: chromium, args, env: { ...inherited(), ...environment(libraries, fonts) } };
}

const isLinux = process.platform === 'linux';

const environment = (libraries: readonly string[], fonts: string): Record<string, string> => ({
  LD_LIBRARY_PATH: libraries.join(':'),
  FONTCONFIG_PATH: fonts,
});

/** This process's environment without what the software adapter in Node put there: Chromium has its own. */
const inherited = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[0] !== 'VK_ICD_FILENAMES',
    ),
  );
