import { check, type InputSpec, PolyphaseError, type Tensor, type Value } from '@polyphase/ir';
import { decidingInputs } from './deciding.ts';
import { nameOf } from './external-data.ts';
import { readInput } from './inputs.ts';
import { wellFormed } from './names.ts';
import { maxOpset, minOpset, readNode, type SourceNode } from './nodes.ts';
import { makersOf, orderNodes } from './order.ts';
import type { GraphProto, ModelProto, TensorProto } from './proto/onnx_pb.ts';
import { type ExternalBytes, tensorOf } from './tensor-proto.ts';

/** An ONNX graph, read and checked: everything that does not depend on the sizes of its inputs. */
export interface Source {
  readonly name: string;
  readonly inputs: readonly InputSpec[];
  readonly outputs: readonly string[];
  /** The weights by name, shared by every graph that is made of this. */
  readonly weights: ReadonlyMap<string, Value>;
  /** Those that the outputs need, each after the nodes it reads. */
  readonly nodes: readonly SourceNode[];
}

/** @throws the PP1 errors: everything that can be said about a model before its sizes are known. */
export function readSource(model: ModelProto, external: ExternalBytes): Source {
  const graph = model.graph!;
  const initializers = readInitializers(graph);
  // A weight that is listed as an input too is a default for it (before IR version 4, always so): taken as a weight.
  const inputs = graph.input.filter(({ name }) => !initializers.has(name));
  const given = new Set([...uniqueNames(inputs), ...initializers.keys()]);
  const makers = makersOf(graph, given);
  wellFormed(graph.output.length > 0, 'graph', () => ['it has no outputs', 'Export the model again']);
  uniqueNames(graph.output);
  const protos = orderNodes(graph, makers, given);
  const reading = { opsets: readOpsets(model), functions: model.functions, external, found: new Map() };
  const nodes = protos.map((proto) => readNode(proto, reading));
  const deciding = decidingInputs(nodes);
  const needed = new Set([...nodes.flatMap(({ inputs }) => inputs), ...graph.output.map(({ name }) => name)]);
  return {
    name: graph.name,
    inputs: inputs.map((info) => readInput(info, deciding.has(info.name))),
    outputs: graph.output.map(({ name }) => name),
    weights: readWeights(
      [...initializers.values()].filter(({ name }) => needed.has(name)),
      external,
    ),
    nodes,
  };
}

/** The imported version of each domain. @throws PP1003 for one of ONNX's own that is newer than is known here. */
function readOpsets(model: ModelProto): ReadonlyMap<string, number> {
  const opsets = new Map<string, number>();
  for (const { domain, version } of model.opsetImport)
    opsets.set(domain === 'ai.onnx' ? '' : domain, Number(version));
  const opset = opsets.get('');
  check(opset === undefined || (opset >= 1 && opset <= maxOpset), 'PP1003', () => ({
    at: 'model',
    problem: `it uses ONNX's operator set ${opset}; ${minOpset} to ${maxOpset} are supported`,
    fix: `Export it with operator set ${maxOpset}, or convert it with onnx.version_converter`,
  }));
  return opsets;
}

function uniqueNames(infos: readonly { readonly name: string }[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name } of infos) {
    wellFormed(name !== '', 'graph', () => [
      'an input, output or weight has no name',
      'Export the model again',
    ]);
    wellFormed(!names.has(name), 'graph', () => [
      `the name "${name}" is given twice`,
      'Give every value its own name',
    ]);
    names.add(name);
  }
  return names;
}

function readInitializers(graph: GraphProto): ReadonlyMap<string, TensorProto> {
  const sparse = graph.sparseInitializer.map(({ values }) => values?.name ?? '');
  if (sparse.length > 0)
    throw new PolyphaseError('PP1005', {
      at: `weight ${sparse[0]}`,
      problem: 'it is stored as a sparse tensor',
      fix: 'Store it as a dense tensor',
    });
  uniqueNames(graph.initializer);
  return new Map(graph.initializer.map((proto) => [proto.name, proto]));
}

function readWeights(protos: readonly TensorProto[], external: ExternalBytes): ReadonlyMap<string, Value> {
  const constantOf = (name: string, constant: Tensor): Value => {
    const { dtype, shape } = constant;
    return { name, type: { dtype, shape }, constant };
  };
  return new Map(
    protos.map((proto) => [proto.name, constantOf(proto.name, tensorOf(proto, nameOf(proto), external))]),
  );
}
