import { resolve } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const source = '@polyphase/source';
const cache = resolve(import.meta.dirname, '../../node_modules/.vite');

/** The tests of one package in Node. Workspace packages are read from their sources, so no build is needed. */
export function nodeProject(name: string, root: string): ViteUserConfig {
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
      exclude: ['**/*.browser.test.ts', '**/node_modules/**', '**/dist/**', '**/out-tsc/**'],
      passWithNoTests: true,
      // A shared machine may run a test ten times slower than a quiet one.
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  });
}
