import { conformance } from '@polyphase/conformance/vitest';
import { drilled, expectShares } from './drilled.testing.ts';
import { computedByLoops } from './rows.testing.ts';

/** The rows that `families.conformance.test.ts` has no part in. */
const cases = computedByLoops();

for (const threads of [2, 3]) {
  const name = `cpu, threads: ${threads}`;
  const backend = drilled({ threads });
  conformance({ ...backend, name }, { cases, ...(threads === 3 && { laws: {} }) });
  expectShares(name, backend);
}
