import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const path = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));

/** Whoever runs the tests may want colours; the command is judged without. */
const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;

// The command as a user starts it brings dist up to date: once is enough for all tests of a file.
execFileSync(process.execPath, [path('bin/polyphase.mjs'), '--version'], { env });

/** A file of `test-fixtures/cli`. */
export const fixture = (name: string): string => path(`../../../test-fixtures/cli/${name}`);

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the command and waits for its end. */
export const polyphase = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path('dist/main.js'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env,
    });
    const texts = { out: '', err: '' };
    child.stdout.on('data', (text) => (texts.out += text));
    child.stderr.on('data', (text) => (texts.err += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
  });

/** A folder that is gone after the tests of a file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'polyphase-cli-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}
