import { type Graph, isStatic, type Node } from '@polyphase/ir';
import { type ProviderName, providers } from '../providers/index.ts';
import { reform, reformGraph } from './form.ts';

const isStaticLayer = ({ inputs, outputs }: Node): boolean =>
  [...inputs, ...outputs].every((value) => !value || isStatic(value.type.shape));

/**
 * A graph in the forms that are faster on a provider and hold whatever its values are, for files that onnxruntime is to
 * run without this backend. Layers of open sizes stay as they are.
 */
export const inFasterForms = (graph: Graph, provider: ProviderName = 'cpu'): Graph =>
  reformGraph(graph, (node) => {
    const reformed = isStaticLayer(node) ? reform(node, providers[provider].faster) : undefined;
    return reformed?.finite?.length ? undefined : reformed;
  }).graph;
