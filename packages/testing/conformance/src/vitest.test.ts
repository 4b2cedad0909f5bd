import { fakeBackend, reluCase } from './model.testing.ts';
import { conformance } from './vitest.ts';

conformance(fakeBackend(), {
  cases: [reluCase('right', [-1, 2], [0, 2]), reluCase('wrong', [-1, 2], [0, 3])],
  gaps: { 'wr*': 'this data is wrong on purpose' },
});

// All of its tests are skipped.
conformance(fakeBackend({ name: 'absent', probe: async () => ({ ok: false, why: 'no device' }) }), {
  cases: [reluCase('never run', [-1, 2], [7, 7])],
});

conformance(fakeBackend({ name: 'broken', run: () => Promise.reject(new Error('no memory')) }), {
  cases: [reluCase('right', [-1, 2], [0, 2])],
  gaps: { right: 'it computes nothing', 'laws/*': 'it computes nothing' },
  laws: { runs: 1 },
});

conformance(fakeBackend({ name: 'fussy', refuses: () => 'it takes no layers' }), {
  cases: [reluCase('right', [-1, 2], [0, 2])],
  gaps: { right: 'it takes no layers' },
  laws: { runs: 1 },
});
