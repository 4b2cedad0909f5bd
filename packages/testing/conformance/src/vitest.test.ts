import { fakeBackend, reluCase } from './model.testing.ts';
import { conformance } from './vitest.ts';

conformance(fakeBackend(), {
  cases: [reluCase('right', [-1, 2], [0, 2]), reluCase('wrong', [-1, 2], [0, 3])],
  gaps: { 'wr*': 'this data is wrong on purpose' },
});
