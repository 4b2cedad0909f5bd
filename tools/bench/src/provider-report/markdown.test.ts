import { expect, test } from 'vitest';
import { reportMarkdown } from './markdown.ts';

const timing = (least: number) => ({ least, median: least, runs: 7 });
const result = (name: string, status: 'passed' | 'failed' | 'unsupported', detail = '') => ({
  name,
  family: 'up',
  status,
  detail,
  ...(status === 'unsupported' && { reason: detail }),
  maxError: 0,
  time: 1,
});

test('a report says what ran where, what was wrong and how fast it was', () => {
  const results = [
    result('up/a', 'passed'),
    result('up/b', 'failed', 'is 2, expected 3'),
    result('up/c', 'unsupported', 'no kernel'),
  ];
  const text = reportMarkdown({
    provider: 'cuda',
    facts: [['GPU 0', 'a GPU']],
    threads: 1,
    run: { backend: 'cuda', results, time: 1500 },
    comparisons: [
      {
        name: 'cubic',
        bare: timing(10),
        asItIs: timing(10.2),
        rewritten: timing(5),
        changes: ['matrices (1)'],
      },
      { name: 'plain', bare: timing(8), asItIs: timing(8), rewritten: timing(8), changes: [] },
    ],
  });
  expect(text).toMatch(/^# onnxruntime on cuda\n\nWhat `npm run report:cuda` wrote/);
  expect(text).toMatch(/GPU 0 +\| a GPU/);
  expect(text).toContain('1 passed, 1 failed, 1 unsupported in 1.5 s');
  expect(text).toContain('- up/b: is 2, expected 3');
  expect(text).toMatch(/no kernel +\| +1/);
  expect(text).toContain('overhead from 5 ms on: 2.0 % at most');
  expect(text).toContain('gain where something changed: 2.00 (geometric mean)');
  expect(text).toContain('least gain elsewhere: 1.00');
});
