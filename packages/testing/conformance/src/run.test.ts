import { type ErrorCode, PolyphaseError, tensor } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { fakeBackend, reluCase } from './model.testing.ts';
import { runCase, runCases } from './run.ts';

const right = reluCase('right', [-1, 2], [0, 2]);
const wrong = reluCase('wrong', [-1, 2], [0, 3]);

const loading = (error: unknown) => ({ ...right, load: async () => Promise.reject(error as Error) });
const coded = (code: ErrorCode) =>
  new PolyphaseError(code, { at: 'node a', problem: 'it is so', fix: 'Change it' });

test('right and wrong results', async () => {
  const [first, second] = await runCases([right, wrong], fakeBackend());
  expect(first).toMatchObject({ name: 'right', family: 'relu', status: 'passed', detail: '', maxError: 0 });
  expect(second).toMatchObject({
    status: 'failed',
    detail: expect.stringMatching(
      /^data, output y: \[1\] is 2, expected 3.* \(1 of 2 elements differ, by 1\.00 at most\)$/,
    ),
    maxError: 1,
  });
});

test('a case without data is not passed', async () => {
  const empty = { ...right, load: async () => ({ ...(await right.load()), dataSets: [] }) };
  expect(await runCase(empty, fakeBackend())).toMatchObject({
    status: 'failed',
    detail: 'it has no data sets',
  });
});

describe('what cannot be done is told from what goes wrong', () => {
  test.each(['PP1003', 'PP1004', 'PP1005', 'PP1010'] as const)('%s while loading', async (code) => {
    expect(await runCase(loading(coded(code)), fakeBackend())).toMatchObject({
      status: 'unsupported',
      reason: 'it is so',
      maxError: undefined,
    });
  });

  test.each([coded('PP2002'), new TypeError('oops'), 'a string'])('%s while loading', async (error) => {
    expect(await runCase(loading(error), fakeBackend())).toMatchObject({ status: 'crashed' });
  });

  test('a layer that the backend refuses', async () => {
    const result = await runCase(right, fakeBackend({ refuses: () => 'it has no relu' }));
    expect(result).toMatchObject({
      status: 'unsupported',
      reason: 'the fake backend cannot run it: it has no relu',
    });
  });

  test.each([
    ['compiling', fakeBackend({ compile: async () => Promise.reject(new Error('oops')) }), /PP3005.*oops/],
    ['running', fakeBackend({ run: async () => Promise.reject(new Error('oops')) }), /PP4007.*oops/],
    ['probing', fakeBackend({ probe: async () => ({ ok: false, why: 'no device' }) }), /PP3002.*no device/],
  ])('an error while %s', async (_, backend, detail) => {
    const result = await runCase(right, backend);
    expect(result.status).toBe('crashed');
    expect(result.detail).toMatch(detail);
  });

  test('an output of another type', async () => {
    const backend = fakeBackend({ run: async () => [tensor([0, 2], [2], 'float64')] });
    expect((await runCase(right, backend)).detail).toBe(
      'data, output y: the type is float64, expected float32',
    );
  });
});

describe('gaps', () => {
  test('a declared failure is a gap, whatever it is', async () => {
    const gaps = { wrong: 'rounds down', right: 'never seen' };
    const results = await runCases([wrong, loading(new Error('oops'))], fakeBackend(), { gaps });
    expect(results.map(({ status }) => status)).toEqual(['gap', 'gap']);
    expect(results[0]!.detail).toMatch(/^rounds down: data, output y/);
  });

  test('a gap that has closed fails', async () => {
    const [result] = await runCases([right], fakeBackend(), { gaps: { 'ri*': 'not yet' } });
    expect(result).toMatchObject({
      status: 'failed',
      detail: 'it passes but is declared a gap ("not yet"): remove that',
    });
  });
});

test('results are in the order of the cases, progress in that of their ends', async () => {
  const slow = {
    ...right,
    name: 'slow',
    load: async () => new Promise((resolve) => setTimeout(resolve, 20)).then(right.load),
  };
  const ended: string[] = [];
  const results = await runCases([slow, right, wrong], fakeBackend(), {
    concurrency: 2,
    onProgress: ({ name }, done, total) => ended.push(`${name} ${done}/${total}`),
  });
  expect(results.map(({ name }) => name)).toEqual(['slow', 'right', 'wrong']);
  expect(ended).toEqual(['right 1/3', 'wrong 2/3', 'slow 3/3']);
});
