import { convTranspose, dtypes, isOp, type Node, products, sizeOf, staticType } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { bytesMoved, isStaticNode } from './cost.ts';
import { type Pass, rulesPass } from './pass.ts';
import { pipeline } from './pipeline.ts';
import { goneWith, type Rule } from './rewrite.ts';
import { depthToSpaceRules } from './rules/depth-to-space.ts';
import { polyphaseRules } from './rules/polyphase.ts';

/**
 * What a runtime of single layers takes, in microseconds: onnxruntime 1.30 on one core with AVX-512, as
 * `npm run bench -- optimized` measures it. A transposed convolution goes through a column buffer, an element for each
 * product of an input place and an output channel, written once and read once.
 */
const productsPerMicrosecond = 80_000;
const bytesPerMicrosecond = 8_000;
const columnBytesPerMicrosecond = 7_500;

/** What the model of time above may be off before a rewrite loses. */
const margin = 1.05;

function layerTime(node: Node): number {
  const time = products(node) / productsPerMicrosecond + bytesMoved(node) / bytesPerMicrosecond;
  return isOp(node, convTranspose) ? time + (2 * columnBytes(node)) / columnBytesPerMicrosecond : time;
}

function columnBytes({ inputs }: Node): number {
  const [x, w] = inputs.map((value) => staticType(value!.type));
  const [batch, , ...places] = x!.shape;
  return batch! * sizeOf(places) * sizeOf(w!.shape.slice(1)) * dtypes[x!.dtype].bytes;
}

const timeOf = (nodes: readonly Node[]): number => nodes.reduce((all, node) => all + layerTime(node), 0);

/** The rule where single layers run faster after it, too. */
const whereFaster = ({ name, ops, apply }: Rule): Rule => ({
  name,
  ops,
  apply(node, around) {
    const replacement = apply(node, around);
    if (!replacement || 'sameAs' in replacement) return replacement;
    const gone = goneWith(node, replacement, around);
    if (![...replacement, ...gone].every(isStaticNode)) return undefined;
    return margin * timeOf(replacement) < timeOf(gone) ? replacement : undefined;
  },
});

/** Conv and DepthToSpace run faster there than the transposed convolution that says the same. */
const slower = new Set(['depth-to-space/into-conv']);

const polyphaseThere = rulesPass('polyphase', [
  ...polyphaseRules.map(whereFaster),
  ...depthToSpaceRules.filter(({ name }) => !slower.has(name)),
]);

/** `pipeline` for graphs that are written to a file, for other runtimes to run: with the rewrites that they gain by. */
export const exportPipeline: readonly Pass[] = pipeline.map((pass) =>
  pass.name === polyphaseThere.name ? polyphaseThere : pass,
);

/** What compile does to graphs by default: the rewrites that the caller's first choice gains by. */
export const passesFor = ([first]: readonly Backend[]): readonly Pass[] =>
  first?.singleLayers ? exportPipeline : pipeline;
