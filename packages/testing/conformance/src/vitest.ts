import { type Pass, pipeline } from '@polyphase/compiler';
import type { Backend } from '@polyphase/plugin';
import { afterAll, describe, expect, test } from 'vitest';
import type { Case } from './case.ts';
import { type Gaps, gapOf, unusedGaps } from './gaps.ts';
import { runCase, withGap } from './run.ts';

export interface ConformanceOptions {
  readonly cases: readonly Case[];
  readonly gaps?: Gaps;
  /** Runs the cases once more for each of these pipelines. Default: the compiler's alone. */
  readonly stages?: Readonly<Record<string, readonly Pass[]>>;
}

/**
 * Makes a test of each case. A declared gap must not pass; one that does, or that stands for no case, fails: what is
 * known not to work is written down, and nothing else.
 */
export function conformance(
  backend: Backend,
  { cases, gaps = {}, stages = { 'after the passes': pipeline } }: ConformanceOptions,
): void {
  describe(`conformance of ${backend.name}`, () => {
    afterAll(() => backend.close());

    describe.each(Object.entries(stages))('%s', (_, passes) => {
      test.each(cases)('$name', async (item) => {
        const result = await runCase(item, backend, { passes });
        const { status, detail } = withGap(result, gapOf(item.name, gaps));
        expect({ status, detail }).toEqual(
          status === 'gap' ? { status, detail } : { status: 'passed', detail: '' },
        );
      });
    });

    test('there are cases, and a case for every gap', () => {
      expect(cases.length).toBeGreaterThan(0);
      expect(
        unusedGaps(
          gaps,
          cases.map(({ name }) => name),
        ),
      ).toEqual([]);
    });
  });
}
