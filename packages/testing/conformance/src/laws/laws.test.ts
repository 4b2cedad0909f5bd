import { ops } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { convolutionBugs } from '../bugs-convolution.testing.ts';
import { otherBugs } from '../bugs-other.testing.ts';
import { resamplingBugs } from '../bugs-resampling.testing.ts';
import { type Bug, definedAs, mutant } from '../mutant.testing.ts';
import { type Law, laws, runLaw } from './index.ts';

const named = (name: string): Law => laws.find((law) => law.name === name)!;

describe('the definitions keep every law', () => {
  test.each(laws)('$name', async (law) => {
    expect(await runLaw(law, mutant())).toMatchObject({ status: 'passed', detail: '' });
  });
});

const squared: Bug = (node, inputs) =>
  definedAs(node, inputs).map((y) => ({ ...y, data: y.data.map((value) => value * value) }));
/** The first element of every axis counts twice. */
const lopsided: Bug = (node, inputs) =>
  node.op === 'upsample'
    ? definedAs(node, inputs).map((y) => ({ ...y, data: y.data.map((v, i) => (i === 0 ? 2 * v : v)) }))
    : undefined;

/** A bug that breaks each law. */
const breaks: readonly (readonly [name: string, bug: Bug])[] = [
  ['convTranspose is linear', squared],
  ['upsample is linear', squared],
  [
    'convTranspose is the adjoint of conv',
    convolutionBugs['groups alternate instead of following each other'],
  ],
  ['convTranspose moves by its stride', convolutionBugs['what is left of a vector of 4 is not stored']],
  ['the phases of convTranspose make the whole', convolutionBugs['two phases are swapped']],
  ['a constant stays constant under resampling', lopsided],
  ['maxPool undoes nearest upsampling', otherBugs['windows are rounded down']],
  ['maxPool undoes maxUnpool', otherBugs['unpooling is off by one']],
  ['spaceToDepth undoes depthToSpace', otherBugs['DCR and CRD are swapped']],
  ['softmax sums to 1', squared],
  ['convTranspose of any attributes', convolutionBugs['the crop is mirrored']],
  ['upsample of any attributes', resamplingBugs['corners are not aligned']],
];

test.each(breaks)('%s: it breaks', async (name, bug) => {
  expect(await runLaw(named(name), mutant(bug), { runs: 100 })).toMatchObject({ status: 'failed' });
});

test('the smallest sample that breaks a law is printed as a row', async () => {
  const bug = convolutionBugs['the bias is missing'];
  const { detail } = await runLaw(named('convTranspose of any attributes'), mutant(bug), { runs: 100 });
  expect(detail).toMatchInlineSnapshot(`
    "output y: [0, 0, 0, 0] is 2, expected 5 within 0.00000119 (1 of 1 elements differ, by 3.00 at most). A row of convTranspose:
      'found at random': { x: [1, 1, 1, 1], w: [1, 1, 1, 1], bias: [1], stride: [1, 1], dilation: [1, 1], crop: [[0, 0], [0, 0]], groups: 1 },
    (seed 1, made smaller 14 times)"
  `);
});

test('a law says nothing of what the backend does not take', async () => {
  const refusing = {
    ...mutant(squared),
    refuses: (node: { op: string }) => (node.op === ops.conv.name ? 'no' : undefined),
  };
  expect(await runLaw(named('conv is linear'), refusing)).toMatchObject({ status: 'passed' });
});

test('a backend that fails breaks every law', async () => {
  const failing = { ...mutant(), compile: () => Promise.reject(new Error('no memory')) };
  expect((await runLaw(named('conv is linear'), failing)).detail).toContain('no memory');
});
