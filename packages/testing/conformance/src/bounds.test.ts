import { tensor } from '@polyphase/ir';
import { expect, test } from 'vitest';
import type { Case } from './case.ts';
import { compare } from './compare.ts';
import { fakeBackend, reluCase } from './model.testing.ts';
import { runCase } from './run.ts';

const expected = tensor([1, 2, 3], [3]);

test.each([
  ['each element within its own', [1, 2.5, 3], undefined],
  [
    'one beyond its own',
    [1, 2, 3.5],
    '[2] is 3.5, expected 3 within 0.250 (1 of 3 elements differ, by 0.500 at most)',
  ],
  [
    'exact where the bound is 0',
    [1.5, 2, 3],
    '[0] is 1.5, expected 1 (1 of 3 elements differ, by 0.500 at most)',
  ],
])('bounds by element: %s', (_, actual, mismatch) => {
  expect(compare(expected, tensor(actual, [3]), Float64Array.of(0, 1, 0.25)).mismatch).toBe(mismatch);
});

/** relu of (-1, 2), which may be off by 1/8. */
const bounded: Case = {
  ...reluCase('bounded', [-1, 2], [0, 2]),
  load: async () => {
    const { model, dataSets } = await reluCase('bounded', [-1, 2], [0, 2]).load();
    return {
      model,
      dataSets: dataSets.map((data) => ({ ...data, bounds: { y: Float64Array.of(0.125, 0.125) } })),
    };
  },
};

const offBy = (error: number, errorFactor?: number) => {
  const backend = fakeBackend();
  return fakeBackend({
    compile: async (region, context) => ({
      ...(await backend.compile(region, context)),
      report: {
        steps: [{ kernel: 'winograd', nodes: region.nodes, ...(errorFactor && { errorFactor }) }],
        memory: { constants: 0, activations: 0 },
      },
      run: async () => [tensor([error, 2], [2])],
    }),
  });
};

test.each([
  ['within the bound', offBy(0.125), 'passed'],
  ['beyond it', offBy(0.25), 'failed'],
  ['beyond it, as its kernel says', offBy(0.25, 2), 'passed'],
  ['further than its kernel says', offBy(0.5, 2), 'failed'],
] as const)('%s', async (_, backend, status) => {
  expect(await runCase(bounded, backend)).toMatchObject({ status });
});

test('passes of a case come before those of the run', async () => {
  const fails = (): never => {
    throw new Error('it is not to be run');
  };
  const failing = { name: 'fails', run: fails };
  const { status } = await runCase({ ...bounded, passes: [] }, fakeBackend(), { passes: [failing] });
  expect(status).toBe('passed');
});
