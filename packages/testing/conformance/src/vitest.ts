import type { Backend } from '@polyphase/plugin';
import { afterAll, describe, expect, test } from 'vitest';
import type { Case } from './case.ts';
import { type Gaps, gapOf, unusedGaps } from './gaps.ts';
import { runCase, withGap } from './run.ts';

export interface ConformanceOptions {
  readonly cases: readonly Case[];
  readonly gaps?: Gaps;
}

/**
 * Makes a test of each case. A declared gap must not pass; one that does, or that stands for no case, fails: what is
 * known not to work is written down, and nothing else.
 */
export function conformance(backend: Backend, { cases, gaps = {} }: ConformanceOptions): void {
  describe(`conformance of ${backend.name}`, () => {
    afterAll(() => backend.close());

    test.each(cases)('$name', async (item) => {
      const { status, detail } = withGap(await runCase(item, backend), gapOf(item.name, gaps));
      expect({ status, detail }).toEqual(status === 'gap' ? { status, detail } : { status: 'passed', detail: '' });
    });

    test('there are cases, and a case for every gap', () => {
      expect(cases.length).toBeGreaterThan(0);
      expect(unusedGaps(gaps, cases.map(({ name }) => name))).toEqual([]);
    });
  });
}
