import { runPasses } from '@polyphase/compiler';
import { type Case, suiteCases, suites } from '@polyphase/conformance';
import type { Node } from '@polyphase/ir';
import { familyNameOf } from './families/index.ts';
import { type Pin, variantOf } from './families/pins.ts';

const all = suiteCases(suites);

async function nodesOf({ load, passes }: Case): Promise<readonly Node[]> {
  const { model, dataSets } = await load();
  const graph = model.graph(new Map(Object.entries(dataSets[0]!.inputs)));
  return runPasses(graph, passes ?? []).graph.nodes;
}

const layers = new Map(await Promise.all(all.map(async (row) => [row, await nodesOf(row)] as const)));

const rowsWith = (isMeant: (node: Node) => boolean): readonly Case[] =>
  all.filter((row) => layers.get(row)!.some(isMeant));

const choiceOf = (family: Pin) => ({ accuracy: 'default', family, relaxed: true }) as const;
const [direct, loops] = [choiceOf('direct'), choiceOf('loops')];

const isStrided = ({ op, attributes }: Node): boolean =>
  op === 'convTranspose' && (attributes as { stride: readonly number[] }).stride.some((step) => step > 1);

/**
 * The rows of the suites that the pin makes a difference to: plain sums are compared with loops, all else with plain sums;
 * phases have tiles to share where there is more than one.
 */
export function computedBy(family: Pin): readonly Case[] {
  const [choice, usual] = [choiceOf(family), family === 'direct' ? loops : direct];
  const isShared = variantOf(family)?.origin === 'shared';
  return rowsWith(
    (node) => familyNameOf(node, choice) !== familyNameOf(node, usual) && (!isShared || isStrided(node)),
  );
}

/** The rows that no pin makes a difference to. */
export function computedByLoops(): readonly Case[] {
  const others = new Set(computedBy('direct'));
  return all.filter((row) => !others.has(row));
}
