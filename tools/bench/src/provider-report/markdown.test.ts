import { expect, test } from 'vitest';
import { reportMarkdown } from './markdown.ts';

const about = (value: number) => ({ value, low: value - 0.005, high: value + 0.005 });
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
        bare: 10,
        control: about(1),
        asItIs: about(0.98),
        rewritten: about(2),
        changes: ['matrices (1)'],
      },
      { name: 'plain', bare: 8, control: about(1), asItIs: about(1), rewritten: about(1), changes: [] },
    ],
    failures: [{ name: 'odd', why: 'no kernel\nat all' }],
  });
  expect(text).toMatch(/^# onnxruntime on cuda\n\nWhat `npm run report:cuda` wrote/);
  expect(text).toMatch(/GPU 0 +\| a GPU/);
  expect(text).toContain('1 passed, 1 failed, 1 unsupported in 1.5 s');
  expect(text).toContain('- up/b: is 2, expected 3');
  expect(text).toMatch(/no kernel +\| +1/);
  expect(text).toContain('overhead of the 2 from 5 ms on: 2.0 % at most, of cubic');
  expect(text).toMatch(/### Without figures\n\n- odd: no kernel\n$/);
  expect(text).toContain('gain where something changed: 2.00 (geometric mean)');
  expect(text).toContain('least gain of the other 1: 1.000 (0.99-1.00) of plain');
});
