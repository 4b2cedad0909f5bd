import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { polyphase, temporaryFolder } from './cli.testing.ts';

/** ONNX's own node tests, packed: too large for the repository, whose `test-fixtures/onnx-node` has the enlarging layers. */
const archive =
  process.env['POLYPHASE_ONNX_NODE_TESTS'] ??
  fileURLToPath(new URL('../../../../../shared/onnx-node/onnx-1.23-node-tests.tar.xz', import.meta.url));

interface Summary {
  readonly backends: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

test.skipIf(!existsSync(archive))(
  `ONNX's node tests of ${archive}`,
  async () => {
    const folder = temporaryFolder();
    expect(spawnSync('tar', ['-xJf', archive, '-C', folder]).status).toBe(0);
    const json = join(folder, 'results.json');
    const { code, out } = await polyphase(
      'conformance',
      folder,
      '--backend',
      'cpu,reference',
      '--json',
      json,
    );
    const { backends } = JSON.parse(readFileSync(json, 'utf8')) as Summary;
    for (const name of ['cpu', 'reference']) {
      expect(backends[name], out).toMatchObject({ failed: 0, crashed: 0 });
      expect(backends[name]!['passed']).toBeGreaterThan(1300);
    }
    expect(code).toBe(0);
  },
  300_000,
);
