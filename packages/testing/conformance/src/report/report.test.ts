import { describe, expect, test } from 'vitest';
import type { CaseResult } from '../run.ts';
import { type BackendRun, cellText, familyMatrix, reportHtml, reportJson, reportJunit } from './index.ts';

const hostile = '</script><img src=x onerror="alert(1)"> & \u0000\ud800';

const result = (name: string, family: string, more: Partial<CaseResult> = {}): CaseResult => ({
  name,
  family,
  status: 'passed',
  detail: '',
  maxError: 0,
  time: 12,
  ...more,
});

const wrong = result(`a/${hostile}`, 'a', {
  status: 'failed',
  detail: hostile,
  about: `torch: ${hostile}`,
  finding: {
    dataSet: 'row',
    output: 'y',
    index: [0, 3],
    expected: Number.NaN,
    actual: 2n,
    allowed: 0.5,
    count: 1,
    size: 8,
  },
  layers: [`%y = upsample(%x) {mode: '${hostile}'}`],
});

const runs: readonly BackendRun[] = [
  {
    backend: 'one',
    results: [result('a/right', 'a'), wrong, result('b/x', 'b', { status: 'unsupported', detail: 'no b' })],
    time: 1500,
  },
  { backend: 'two', notRun: 'no device', results: [], time: 0 },
];

test('the matrix has a cell for each family and backend', () => {
  const text = familyMatrix(runs).map(({ family, cells }) => [family, ...cells.map(cellText)]);
  expect(text).toEqual([
    ['a', '1 passed, 1 failed', 'not run'],
    ['b', '1 unsupported', 'not run'],
  ]);
});

describe('json', () => {
  test('has the promised form, and numbers that JSON has not as words', () => {
    const { backends } = JSON.parse(JSON.stringify(reportJson(runs)));
    expect(backends.one).toMatchObject({ passed: 1, failed: 1, crashed: 0, unsupported: 1, gap: 0 });
    expect(backends.one.cases[0]).toEqual({
      name: 'a/right',
      family: 'a',
      status: 'passed',
      detail: '',
      maxError: 0,
    });
    expect(backends.one.cases[1]).toMatchObject({
      finding: { index: [0, 3], expected: 'NaN', actual: '2', allowed: 0.5 },
      layers: [expect.stringContaining('upsample')],
    });
    expect(backends.two).toMatchObject({ notRun: 'no device', passed: 0, cases: [] });
  });
});

describe('junit', () => {
  const xml = reportJunit(runs);

  test('counts a suite for each backend', () => {
    expect(xml).toContain(
      '<testsuite name="one" tests="3" failures="1" errors="0" skipped="1" time="1.500">',
    );
    expect(xml).toContain('<system-out>not run (no device)</system-out>');
    expect(xml).toContain('<testcase classname="one.a" name="a/right" time="0.012"/>');
    expect(xml).toContain('<skipped message="unsupported: no b"/>');
  });

  test('names are escaped, and what XML cannot hold is replaced', () => {
    expect(xml).toContain('&lt;/script&gt;&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; \ufffd\ufffd');
    expect(xml).not.toContain('<img');
  });
});

describe('html', () => {
  const page = reportHtml(runs, { title: 'Report', subtitle: hostile });

  test('names are escaped', () => {
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(1);
  });

  test('it asks nothing of the network', () => {
    expect(page).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"`,
    );
    expect(page).not.toMatch(/\b(src|href)="?https?:|@import|url\(/);
  });

  test('a wrong case shows its call, its first wrong element, the tolerance and its layers', () => {
    for (const [term, value] of [
      ['output', 'y of row'],
      ['first wrong element', '[0, 3]'],
      ['expected', 'NaN'],
      ['actual', '2'],
      ['tolerance', '0.5'],
      ['wrong elements', '1 of 8'],
    ])
      expect(page).toContain(`<dt>${term}</dt><dd>${value}</dd>`);
    expect(page).toContain('<code>torch: ');
    expect(page).toContain('%y = upsample(%x)');
  });

  test('rows can be filtered by family and status, a backend that was not run has its reason', () => {
    expect(page).toContain('<li data-family="b" data-status="unsupported" hidden>');
    expect(page).toContain('<option>a</option>');
    expect(page).toContain('<p>two: not run (no device)</p>');
    expect(page).toContain('<td class="failed">1 passed, 1 failed</td><td class="none">not run</td>');
  });
});
