import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'polyphase-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@polyphase/source'] },
    ssr: { noExternal: true, resolve: { conditions: ['@polyphase/source'] } },
    build: {
      ssr: fileURLToPath(new URL('lifecycle.testing.ts', import.meta.url)),
      outDir: folder,
      minify: true,
      rolldownOptions: { output: { entryFileNames: 'main.mjs' } },
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the bundled and minified program prints until it ends by itself. */
const run = (...args: string[]): string =>
  execFileSync(process.execPath, [join(folder, 'main.mjs'), ...args], { encoding: 'utf8', timeout: 30_000 });

test('a process ends by itself though its backend is open', () => {
  expect(run()).toBe('right\n');
});

test('threads are started from inside a worker too', () => {
  expect(run('in a worker')).toBe('right\n');
});
