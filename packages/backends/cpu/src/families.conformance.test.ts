import type { Case } from '@polyphase/conformance';
import { conformance } from '@polyphase/conformance/vitest';
import { drilled, expectShares } from './drilled.testing.ts';
import { type Pin, pins, variantOf } from './families/pins.ts';
import { modes } from './graphs.testing.ts';
import { computedBy } from './rows.testing.ts';

const spreads = 'what is not finite spreads over its tile, as the option accuracy says';
const jumps = 'a sum near the limit that it is compared with may be on either side';

interface Gap {
  readonly reason: string;
  /** The least tile in which it shows. */
  readonly from: number;
}

const known: Readonly<Record<string, Gap>> = {
  'conv-transpose/both infinities meet as NaN/*': { reason: spreads, from: 2 },
  'conv-transpose/NaN reaches what its kernel covers, nothing else/*': { reason: spreads, from: 3 },
  'conv-transpose/infinity reaches what its kernel covers: phases have no zero taps/*': {
    reason: spreads,
    from: 3,
  },
  'conv/NaN reaches what its kernel covers, nothing else/*': { reason: spreads, from: 3 },
  'fusion/convTranspose: compare and choose/*': { reason: jumps, from: 5 },
};

/** Those of the rows that show in tiles of this size. */
const gapsOf = (cases: readonly Case[], outputs: number) =>
  Object.fromEntries(
    Object.entries(known).flatMap(([name, { reason, from }]) =>
      outputs >= from && cases.some((each) => each.name.startsWith(name.slice(0, -1)))
        ? [[name, reason]]
        : [],
    ),
  );

/** Where fused multiply-adds change more than the sums: tiles of other sizes are fastest without. */
const hasPlainTiles = (family: Pin): boolean => !variantOf(family) && family !== 'loops';

/** Loops are cut alike whatever they compute, and the other rows run them on two threads. */
const threadsOf = (family: Pin): readonly number[] => (family === 'loops' ? [3] : [1, 2, 3]);

/** Each family at each number of threads, without fused multiply-adds on one and where `hasPlainTiles` on three too. */
const modesOf = (family: Pin, threads: number): readonly boolean[] =>
  threads === 1 ? modes.slice(0, 1) : threads === 3 && hasPlainTiles(family) ? modes : modes.slice(-1);

for (const family of pins) {
  const cases = computedBy(family);
  const gaps = gapsOf(cases, variantOf(family)?.outputs ?? 0);
  for (const threads of threadsOf(family))
    for (const relaxedSimd of modesOf(family, threads)) {
      const name = `cpu, ${family}, threads: ${threads}, ${relaxedSimd ? 'relaxed' : 'plain'} SIMD`;
      const backend = drilled({ family, threads, relaxedSimd });
      conformance({ ...backend, name }, { cases, gaps });
      if (threads > 1) expectShares(name, backend);
    }
}
