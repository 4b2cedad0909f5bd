import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { listSupportedBackends } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { providerFiles } from '../diagnose.node.ts';
import { providers } from './index.ts';

const require = createRequire(import.meta.url);
const library = dirname(require.resolve('onnxruntime-node/package.json'));

const known = ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-x64', 'darwin-arm64'];

/** The platforms for which onnxruntime-node brings a binding that has this text. */
const platformsWith = (text: string): readonly string[] =>
  known.filter((platform) => {
    const file = join(library, 'bin/napi-v6', platform.replace('-', '/'), 'onnxruntime_binding.node');
    return existsSync(file) && readFileSync(file).includes(`\0${text}\0`);
  });

// Short names of other providers are numbers in the code of their bindings.
test.each(['webgpu', 'dml', 'coreml'] as const)('%s is on the platforms whose bindings know it', (name) => {
  expect([...providers[name].platforms!].sort()).toEqual([...platformsWith(name)].sort());
});

test.runIf(process.platform === 'linux' && process.arch === 'x64')('what the library lists here', () => {
  const here = Object.values(providers).filter(({ platforms }) => platforms?.includes('linux-x64') ?? true);
  expect(here.map(({ name }) => name as string).sort()).toEqual(
    listSupportedBackends()
      .map(({ name }) => name)
      .sort(),
  );
});

describe("what onnxruntime-node's own installer fetches for CUDA 12", () => {
  const { requirements, manifests } = require(join(library, 'script/install-metadata.js'));
  test('is on the platforms of cuda', () => {
    const platforms = Object.keys(requirements).filter((platform) =>
      requirements[platform].includes('cuda12'),
    );
    expect(platforms.map((platform) => platform.replace('/', '-'))).toEqual(providers.cuda.platforms);
  });
  test.each(['cuda', 'tensorrt'] as const)('has the files of %s', (name) => {
    const files = Object.keys(manifests['linux/x64:cuda12']);
    expect(files).toEqual(expect.arrayContaining(providerFiles(name).map((file) => `./${file}`)));
  });
});
