import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { diagnose, forbidTf32, type Machine } from './diagnose.node.ts';
import { neededLibraries } from './elf.node.ts';
import { providers } from './providers/index.ts';

const cudaFiles = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];

/** A Linux machine with an NVIDIA GPU and everything installed, and what is different about it. */
const machine = (more: Partial<Machine> = {}): Machine => ({
  platform: 'linux-x64',
  folder: '/lib',
  has: () => true,
  loads: () => true,
  needs: () => ['libcublas.so.12', 'libcudnn.so.9', 'libc.so.6'],
  gpus: () => 1,
  ...more,
});

describe('what is missing for CUDA', () => {
  test.each<[string, Machine, string | undefined]>([
    ['nothing', machine(), undefined],
    [
      'another platform',
      machine({ platform: 'darwin-arm64' }),
      'onnxruntime-node has an NVIDIA GPU on linux-x64 only, this is darwin-arm64',
    ],
    [
      'the files of the provider',
      machine({ has: () => false }),
      `the provider's files are not installed (${cudaFiles.join(', ')}): npm run install:cuda downloads them`,
    ],
    [
      'a driver',
      machine({ loads: (library) => library !== 'libcuda.so.1' }),
      'there is no NVIDIA driver (libcuda.so.1)',
    ],
    ['a GPU', machine({ gpus: () => 0 }), 'the driver shows no NVIDIA GPU'],
    [
      'a library that the provider is linked with',
      machine({ loads: (library) => library !== 'libcudnn.so.9' }),
      'of CUDA and cuDNN the loader does not find libcudnn.so.9: install them, or name their folders in LD_LIBRARY_PATH',
    ],
  ])('%s', (_, given, expected) => {
    expect(diagnose(providers.cuda, given)).toBe(expected);
  });

  test('everything at once', () => {
    const bare = machine({ has: () => false, loads: () => false });
    expect(diagnose(providers.tensorrt, bare)).toMatch(
      /files are not installed.*no NVIDIA driver.*libcudart.*libnvinfer/,
    );
  });

  test('WebGPU asks for nothing that could be looked up', () => {
    expect(diagnose(providers.webgpu, machine({ loads: () => false }))).toBeUndefined();
  });
});

describe('the libraries that a library is linked with', () => {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')),
    'bin/napi-v6/linux/x64',
  );
  test('of onnxruntime itself', () => {
    expect(neededLibraries(join(folder, 'onnxruntime_binding.node'))).toContain('libonnxruntime.so.1');
  });
  test('of another file', () => {
    expect(neededLibraries(import.meta.filename)).toEqual([]);
  });
});

describe('TF32', () => {
  afterEach(() => vi.unstubAllEnvs());
  test.each([
    [false, undefined, undefined, '0'],
    [false, '0', undefined, '0'],
    [false, '1', /unset it, or give tf32: true/, '1'],
    [true, undefined, undefined, undefined],
    [true, '0', /off for all of this process/, '0'],
  ] as const)('tf32: %s with NVIDIA_TF32_OVERRIDE=%s', (tf32, set, why, after) => {
    vi.stubEnv('NVIDIA_TF32_OVERRIDE', set);
    const conflict = forbidTf32(tf32);
    if (why) expect(conflict).toMatch(why);
    else expect(conflict).toBeUndefined();
    expect(process.env.NVIDIA_TF32_OVERRIDE).toBe(after);
  });
});
