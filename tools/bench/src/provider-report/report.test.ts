import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Case } from '../cases/case.ts';
import { benchmarkInto } from './report.ts';

const folder = await mkdtemp(join(tmpdir(), 'report-'));
afterAll(() => rm(folder, { recursive: true }));

test('a benchmark that fails is in the report, beside those that do not', async () => {
  const path = join(folder, 'reports', 'onnxruntime.md');
  const about = { value: 1, low: 0.99, high: 1.01 };
  const sources = ['broken', 'small'].map((name) => ({ name, load: () => Promise.resolve({} as Case) }));
  const { failures, comparisons } = await benchmarkInto(
    {
      provider: 'cpu',
      facts: [['GPU 0', 'none']],
      threads: 1,
      run: { backend: 'cpu', results: [], time: 1 },
    },
    {
      path,
      sources,
      compare: async ({ name }) => {
        if (name === 'broken') throw new Error('no such kernel');
        return { name, bare: 2, control: about, asItIs: about, rewritten: about, changes: [] };
      },
    },
  );
  expect(failures).toEqual([{ name: 'broken', why: 'no such kernel' }]);
  expect(comparisons.map(({ name }) => name)).toEqual(['small']);
  const text = await readFile(path, 'utf8');
  expect(text).toContain('- broken: no such kernel');
  expect(text).toMatch(/\| small \|/);
});
