import type { Graph, Node } from '@polyphase/ir';
import { fasterForm, isStaticLayer } from './forms/faster.ts';
import { reformGraph } from './forms/form.ts';
import { noIndices, poolingsWithIndices } from './pooling-indices.ts';
import { type ProviderName, providers } from './providers/index.ts';
import { Refusals } from './refusals.ts';

/** A graph as onnxruntime alone runs it rightly and fast on a provider, and how it is to be written. */
export interface ProviderModel {
  readonly graph: Graph;
  /** The newest operator set whose kernels the provider has. */
  readonly opset: number;
  /** For the exporter: layers whose own operator the provider computes wrongly. */
  readonly avoids: (layer: Node) => boolean;
  /** Layers that it has no kernels for: onnxruntime runs them on the processor. */
  readonly leaving: readonly { readonly layer: Node; readonly why: string }[];
}

/**
 * For files that are run without this backend: the forms that a provider needs or runs faster, as far as they hold
 * whatever the values are. Layers of open sizes stay as they are. What leaves a provider whose kernels are not declared is
 * found only when a session is made.
 */
export function forProvider(graph: Graph, name: ProviderName): ProviderModel {
  const provider = providers[name];
  const refusals = new Refusals(provider);
  const indexed = name === 'webgpu' ? poolingsWithIndices(graph) : [];
  const leaving = graph.nodes.filter(isStaticLayer).flatMap((layer) => {
    const why = refusals.of(layer) ?? (indexed.includes(layer) ? noIndices : undefined);
    return why === undefined ? [] : [{ layer, why }];
  });
  const left = new Set(leaving.map(({ layer }) => layer));
  const formOf = (node: Node) =>
    isStaticLayer(node) && !left.has(node)
      ? (refusals.neededForm(node) ?? fasterForm(node, provider))
      : undefined;
  return {
    graph: reformGraph(graph, formOf).graph,
    opset: provider.opset,
    avoids: (layer) => isStaticLayer(layer) && provider.avoids(layer),
    leaving,
  };
}
