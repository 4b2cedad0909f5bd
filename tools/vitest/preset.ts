import { resolve } from 'node:path';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { softwareEnvironment, testGpu } from '../browser/src/adapter.ts';
import { chromiumOptions, isolationHeaders } from '../browser/src/chromium.ts';

const source = '@polyphase/source';
const cache = resolve(import.meta.dirname, '../../node_modules/.vite');
const generated = ['**/node_modules/**', '**/dist/**', '**/out-tsc/**'];
// A shared machine may run a test ten times slower than a quiet one.
const patience = { testTimeout: 60_000, hookTimeout: 60_000 };

export interface NodeProjectOptions {
  /** Tests find a WebGPU adapter: SwiftShader, or with POLYPHASE_GPU=hardware the machine's own. */
  readonly gpu?: boolean;
}

/** The tests of one package in Node. Workspace packages are read from their sources, so no build is needed. */
export async function nodeProject(
  name: string,
  root: string,
  { gpu = false }: NodeProjectOptions = {},
): Promise<ViteUserConfig> {
  // Set before the forks start: a process's loader reads LD_LIBRARY_PATH only then.
  if (gpu && testGpu() === 'software') Object.assign(process.env, await softwareEnvironment());
  return defineConfig({
    root,
    cacheDir: `${cache}/${name}`,
    resolve: { conditions: [source] },
    ssr: { resolve: { conditions: [source], externalConditions: [source] } },
    test: {
      name,
      environment: 'node',
      pool: 'forks',
      include: ['**/*.test.ts'],
      exclude: ['**/*.browser.test.ts', ...generated],
      passWithNoTests: true,
      ...patience,
    },
  });
}

/** The tests of one package, `*.browser.test.ts`, in a headless Chromium with WebGPU, cross-origin isolated. */
export async function browserProject(name: string, root: string): Promise<ViteUserConfig> {
  const launchOptions = await chromiumOptions();
  return defineConfig({
    root,
    cacheDir: `${cache}/${name}-browser`,
    resolve: { conditions: [source] },
    server: { headers: { ...isolationHeaders } },
    test: {
      name: `${name}:browser`,
      include: ['**/*.browser.test.ts'],
      exclude: generated,
      ...patience,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        instances: [{ browser: 'chromium' }],
        provider: playwright({ launchOptions }),
      },
    },
  });
}
