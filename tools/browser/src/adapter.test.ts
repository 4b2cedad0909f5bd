import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { requestedGpu, softwareEnvironment, useSoftwareAdapter } from './adapter.ts';
import { double } from './double.testing.ts';
import { isBundled } from './unpack.ts';

afterEach(() => vi.unstubAllEnvs());

test.runIf(isBundled)('a running process gets SwiftShader', async () => {
  await useSoftwareAdapter();
  const { create } = await import('webgpu');
  const gpu = create([]);
  expect((await gpu.requestAdapter())?.info.architecture).toBe('swiftshader');
  expect(await double(gpu)).toEqual([2, 4, 6, 8]);
});

test.runIf(isBundled)('a process that is started with the variables finds SwiftShader', async () => {
  const program = `
    import { create } from 'webgpu';
    const gpu = create([]);
    console.log((await gpu.requestAdapter())?.info.architecture);
  `;
  const env = { ...process.env, ...(await softwareEnvironment()) };
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], {
    env,
    cwd: import.meta.dirname,
  });
  expect(stdout.trim()).toBe('swiftshader');
});

test('POLYPHASE_GPU is software or hardware', () => {
  vi.stubEnv('POLYPHASE_GPU', 'hardware');
  expect(requestedGpu()).toBe('hardware');
  vi.stubEnv('POLYPHASE_GPU', 'vulkan');
  expect(() => requestedGpu()).toThrow('POLYPHASE_GPU=vulkan: it is software or hardware');
});
