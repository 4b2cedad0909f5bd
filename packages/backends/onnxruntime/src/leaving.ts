import type { Graph, Node } from '@polyphase/ir';
import type { Device } from './device.ts';
import { isFallback, isMissingKernel } from './failures.ts';
import { restate, writeModel } from './model.ts';

/** Whether something of a graph would leave the provider. */
export async function leaves({ lib, provider, options }: Device, graph: Graph): Promise<boolean> {
  const { bytes } = writeModel(restate(graph, () => undefined).graph, provider);
  try {
    const session = await lib.InferenceSession.create(bytes, options);
    await session.release();
    return false;
  } catch (cause) {
    return isFallback(cause) || isMissingKernel(cause);
  }
}

/**
 * The layer with which the beginning of a graph starts to leave, of a graph that does: a provider may leave a layer to the
 * processor because of its neighbours.
 */
export async function firstLeaving(
  graph: Graph,
  isLeaving: (beginning: Graph) => Promise<boolean>,
): Promise<Node> {
  let [staying, leaving] = [0, graph.nodes.length];
  while (leaving - staying > 1) {
    const middle = Math.floor((staying + leaving) / 2);
    if (await isLeaving(beginningOf(graph, middle))) leaving = middle;
    else staying = middle;
  }
  return graph.nodes[leaving - 1]!;
}

/** The first layers; what others or the caller read of them is an output. */
function beginningOf({ name, inputs, outputs, nodes }: Graph, count: number): Graph {
  const first = nodes.slice(0, count);
  const wanted = new Set([
    ...nodes.slice(count).flatMap((node) => node.inputs),
    ...outputs.map(({ value }) => value),
  ]);
  const made = first.flatMap((node) => node.outputs.filter((value) => wanted.has(value)));
  return { name, inputs, nodes: first, outputs: made.map((value, i) => ({ name: `y${i}`, value })) };
}
