import { type Case, suiteCases, suites } from '@polyphase/conformance';
import { conformance } from '@polyphase/conformance/vitest';
import { cpu } from './backend.ts';
import { type Pin, pins, variantOf } from './families/pins.ts';
import { winograd } from './families/winograd.ts';

const rowsOf = (names: RegExp): readonly Case[] =>
  suiteCases(suites.filter(({ name }) => names.test(name))).filter(({ name }) => name.endsWith('/raw'));

const layers = rowsOf(/^(conv-transpose|conv)$/);
/** What comes after the sums is the same whatever the tiles are. */
const fused = rowsOf(/^(fusion|networks)$/);
const withFusion: readonly Pin[] = ['winograd-4', 'winograd-5-shared'];

/** The rows that have a layer which the pinned family computes: in others, the pin changes nothing. */
async function computedBy(family: Pin): Promise<readonly Case[]> {
  const choice = { accuracy: 'default', family, relaxed: true } as const;
  const computed: Case[] = [];
  for (const row of withFusion.includes(family) ? [...layers, ...fused] : layers) {
    const { model, dataSets } = await row.load();
    const { nodes } = model.graph(new Map(Object.entries(dataSets[0]!.inputs)));
    if (nodes.some((node) => winograd.some((each) => each.accepts(node, choice)))) computed.push(row);
  }
  return computed;
}

const spreads = 'what is not finite spreads over its tile, as the option accuracy says';
const jumps = 'a sum near the limit that it is compared with may be on either side';

interface Gap {
  readonly reason: string;
  /** The least tile in which it shows. */
  readonly from: number;
}

const known: Readonly<Record<string, Gap>> = {
  'conv-transpose/both infinities meet as NaN/raw': { reason: spreads, from: 2 },
  'conv-transpose/NaN reaches what its kernel covers, nothing else/raw': { reason: spreads, from: 3 },
  'conv-transpose/infinity reaches what its kernel covers: phases have no zero taps/raw': {
    reason: spreads,
    from: 3,
  },
  'conv/NaN reaches what its kernel covers, nothing else/raw': { reason: spreads, from: 3 },
  'fusion/convTranspose: compare and choose/raw': { reason: jumps, from: 5 },
};

/** Those of the rows that show in tiles of this size. */
const gapsOf = (cases: readonly Case[], outputs: number) =>
  Object.fromEntries(
    Object.entries(known).flatMap(([name, { reason, from }]) =>
      outputs >= from && cases.some((each) => each.name === name) ? [[name, reason]] : [],
    ),
  );

for (const family of pins) {
  const variant = variantOf(family);
  if (!variant) continue;
  const cases = await computedBy(family);
  const gaps = gapsOf(cases, variant.outputs);
  conformance({ ...cpu({ family, threads: 1 }), name: `cpu, ${family}` }, { cases, gaps });
}
