import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixture, polyphase, temporaryFolder } from '../cli.testing.ts';
import { benchCases } from './cases.ts';
import { measure, median } from './measure.ts';
import { benchText } from './text.ts';

const folder = temporaryFolder();
const seconds = ['--seconds', '0.02'];

test('a model file and a layer, on two backends, with their kernels', async () => {
  const file = join(folder, 'times.json');
  const up = [fixture('up.onnx'), '--shape', 'image=1x3x8x8'];
  const { code, out } = await polyphase(
    'bench',
    ...up,
    '--backend',
    'cpu,reference',
    ...seconds,
    '--profile',
    '--json',
    file,
  );
  expect(code).toBe(0);
  expect(out).toMatch(/median +products +cpu +rate +compiled +reference/);
  expect(out).toMatch(/up\.onnx on cpu: \d kernels\ntime +share +kernel/);
  const { cases } = JSON.parse(readFileSync(file, 'utf8'));
  expect(cases).toMatchObject([
    { name: 'up.onnx', products: 3072, entries: [{ backend: 'cpu' }, { backend: 'reference' }] },
  ]);
  for (const { median: middle, least, runs } of cases[0].entries) {
    expect(middle).toBeGreaterThanOrEqual(least);
    expect(runs).toBeGreaterThanOrEqual(3);
  }
});

test('every layer of the repository can be made, and has the products of its size', async () => {
  const cases = await benchCases([], undefined);
  expect(cases.length).toBeGreaterThan(10);
  for (const { name, load } of cases) {
    const graph = (await load()).graph();
    expect([name, graph.nodes.length]).toEqual([name, name.includes('conv') ? 2 : 1]);
  }
});

test.each([
  [['rum'], /PP5001.*no layer of this name/],
  [['--seconds', '0'], /above 0 to 3600/],
  [['--threads', 'x'], /from 1 to 256/],
])('%s', async (args, message) => {
  const { code, err } = await polyphase('bench', ...args);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test('all are run in turn, once before it counts', async () => {
  const calls: string[] = [];
  const turns = ['a', 'b'].map((name) => async () => void calls.push(name));
  const timings = await measure(turns, 0);
  expect(calls.join('')).toBe('abababab');
  expect(timings.map(({ runs }) => runs)).toEqual([3, 3]);
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
])('the median of %s', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('a backend that cannot run a case is left out with its reason', () => {
  const text = benchText('a machine', [
    {
      name: 'up',
      products: 2e9,
      entries: [
        { backend: 'cpu', median: 100, least: 90, runs: 5, compile: 20, first: 110 },
        { backend: 'gpu', why: 'it is not usable: there is none' },
      ],
    },
  ]);
  expect(text).toMatchInlineSnapshot(`
    "a machine

    median  products  cpu     rate      compiled  gpu  rate  compiled
    up        2.00 G  100 ms  20.0 G/s  20.0 ms     -
    up: not on gpu: it is not usable: there is none"
  `);
});
