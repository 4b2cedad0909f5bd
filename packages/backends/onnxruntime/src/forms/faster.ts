import { type Graph, isStatic, type Node } from '@polyphase/ir';
import { type Provider, providers } from '../providers/index.ts';
import { type Reformed, reform, reformGraph } from './form.ts';

export const isStaticLayer = ({ inputs, outputs }: Node): boolean =>
  [...inputs, ...outputs].every((value) => !value || isStatic(value.type.shape));

/** A layer in the form that is faster on a provider, where that holds whatever the values are. */
export function fasterForm(node: Node, provider: Provider): Reformed | undefined {
  const reformed = isStaticLayer(node) ? reform(node, provider.faster) : undefined;
  return reformed?.finite?.length ? undefined : reformed;
}

/**
 * A graph in the forms that onnxruntime's processor kernels run fastest, for files that it is to run without this backend.
 * Layers of open sizes stay as they are.
 */
export const inFasterForms = (graph: Graph): Graph =>
  reformGraph(graph, (node) => fasterForm(node, providers.cpu)).graph;
