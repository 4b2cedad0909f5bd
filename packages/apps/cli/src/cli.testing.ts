import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const bin = fileURLToPath(new URL('../bin/polyphase.mjs', import.meta.url));

/** A file of `test-fixtures/cli`. */
export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../../test-fixtures/cli/${name}`, import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the command as a user does and waits for its end. */
export const polyphase = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
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
