import type { Dense, Node } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { mapped, withBits } from '../bug.testing.ts';
import { convolutionBugs } from '../bugs-convolution.testing.ts';
import type { Case } from '../case.ts';
import type { Suite } from '../cases.ts';
import { type Bug, definedAs, mutant, permuted } from '../mutant.testing.ts';
import { runCases } from '../run.ts';
import { suiteCases } from '../suite-cases.ts';
import { convSuite } from '../suites/conv.ts';
import { convTransposeSuite } from '../suites/conv-transpose.ts';
import { matMulSuite } from '../suites/mat-mul.ts';
import { upsampleSuite } from '../suites/upsample.ts';
import { summations, summedBy } from './summation.testing.ts';

const ofReals = (...suites: readonly Suite[]): readonly Case[] =>
  suiteCases(suites).filter(({ name }) => name.includes('/reals: ') && name.endsWith('/raw'));

const reals = ofReals(convTransposeSuite, convSuite, matMulSuite);
const resampled = ofReals(upsampleSuite);

/** Names of cases with the given outcome. */
async function names(
  bug: Bug,
  cases: readonly Case[],
  wanted: 'passed' | 'failed',
): Promise<readonly string[]> {
  const results = await runCases(cases, mutant(bug));
  return results.flatMap(({ name, status }) => (status === wanted ? [name] : []));
}

describe('honest float32 passes every row of reals', () => {
  test.each(Object.entries(summations))('%s', async (_, summation) => {
    expect(await names(summedBy(summation), reals, 'failed')).toEqual([]);
  });
});

const turned = (x: Dense, axis: number): Dense =>
  permuted(x, (index) => index.with(axis, (index.at(axis)! + 1) % x.shape.at(axis)!));

const changed =
  (change: (node: Node, operands: readonly Dense[]) => readonly Dense[]): Bug =>
  (node, operands) =>
    definedAs(node, change(node, operands));

const coarse = (bits: number): Bug =>
  changed((_, operands) => operands.map(mapped((x) => withBits(x, bits))));

/** What must not pass for rounding, on any row of real numbers. */
const losses: Readonly<Record<string, Bug>> = {
  // A kernel of 1 has no other tap: another input channel then.
  'one tap off': changed((_, [x, w, ...rest]) => [x!, turned(w!, w!.shape.at(-1) === 1 ? 1 : -1), ...rest]),
  'one tap missing': changed((_, [x, w, ...rest]) => [
    x!,
    { ...w!, data: w!.data.map((weight, i) => (i === w!.data.length - 1 ? 0 : weight)) },
    ...rest,
  ]),
  'one row off': changed((_, [x, ...rest]) => [turned(x!, -2), ...rest]),
  'one column off': changed((_, [x, ...rest]) => [turned(x!, -1), ...rest]),
  'products in bfloat16': coarse(8),
  'products in TF32': coarse(11),
  'a float16 result': (node, operands) => definedAs(node, operands).map(mapped((y) => withBits(y, 11))),
};

describe('what is no rounding fails on every row of reals', () => {
  test.each(Object.entries(losses))('%s', async (_, bug) => {
    expect(reals.length).toBeGreaterThan(15);
    expect(await names(bug, reals, 'passed')).toEqual([]);
  });

  test.each([8, 11])('resampling with %d bits', async (bits) => {
    expect(await names(coarse(bits), resampled, 'passed')).toEqual([]);
  });

  test('phases swapped, wherever there are two', async () => {
    const strided = reals.filter(
      ({ name }) => name.startsWith('conv-transpose') && !name.includes('stride 1'),
    );
    expect(await names(convolutionBugs['two phases are swapped'], strided, 'passed')).toEqual([]);
  });
});
