import { toBinary } from '@bufbuild/protobuf';
import { check, type Graph, type Node, type TensorType, verify } from '@polyphase/ir';
import { ModelProtoSchema } from '../proto/onnx_pb.ts';
import { tensorProtoOf } from '../tensor-file.ts';
import { DataFile } from './data-file.ts';
import { draftGraph, standIn } from './draft.ts';
import { greatestOpset, leastOpset, modelProtoOf, type WriteWeight } from './model-proto.ts';
import { nameModel, neededNodes } from './named-model.ts';

export interface ExportOptions {
  /**
   * The version of ONNX's operator set, 17 to 26. Default 21: onnxruntime 1.30 reads up to 26, but its WebGPU provider
   * has no ConvTranspose beyond 21.
   */
  readonly opset?: number;
  /**
   * Layers that a runtime is known to compute wrongly with ONNX's own operator: where there is another form of them, that
   * one is written (`upsample`: its tables instead of Resize). Default: none.
   */
  readonly avoids?: (layer: Node) => boolean;
}

const defaultOpset = 21;

/** Protocol buffers end at 2 GiB. */
const longestFile = 2 ** 31 - 1;

/**
 * A graph as the bytes of an ONNX model that means the same, on onnxruntime too.
 *
 * @throws PP1003 when the operator set has no form of a layer, PP1011 for more than 2 GiB, PP2005 when the form of a
 * layer depends on a length that is still open, PP2006 when the graph is not well formed.
 */
export function exportOnnx(graph: Graph, options: ExportOptions = {}): Uint8Array {
  const model = namedModelOf(graph, options);
  let size = 0;
  for (const { data } of model.weights.values()) size += data.byteLength;
  checkSize(graph, size, 'Use exportOnnxWithData');
  return encode(graph, model, tensorProtoOf);
}

export interface ExternalDataOptions extends ExportOptions {
  /** The file beside the model that holds the weights, as a relative path; a function names a file for each of them. */
  readonly location: string | ((weight: number) => string);
  /** Weights of fewer bytes stay in the model. Default 1024. */
  readonly leastBytes?: number;
}

export interface ExternalModel {
  readonly bytes: Uint8Array;
  /**
   * The pieces of the file at `location` in their order, or the files of the weights: views of the weights, not copies.
   */
  readonly externalData: readonly Uint8Array[];
}

/**
 * `exportOnnx` for any size of weights: they go to a file of their own.
 *
 * @throws as `exportOnnx`.
 */
export function exportOnnxWithData(graph: Graph, options: ExternalDataOptions): ExternalModel {
  const { location, leastBytes = 1024 } = options;
  const externalData: Uint8Array[] = [];
  const shared = typeof location === 'string' ? new DataFile(location, externalData) : undefined;
  const next = (): DataFile => shared ?? new DataFile(ownFile(location, externalData.length), externalData);
  const bytes = encode(graph, namedModelOf(graph, options), (tensor, name) =>
    tensor.data.byteLength < leastBytes ? tensorProtoOf(tensor, name) : next().put(tensor, name),
  );
  return { bytes, externalData };
}

const ownFile = (location: ExternalDataOptions['location'], weight: number): string =>
  typeof location === 'string' ? location : location(weight);

/** An ONNX node that stands for a layer or a part of one. */
export interface WrittenOperator {
  readonly operator: string;
  readonly inputs: readonly (TensorType | undefined)[];
  readonly outputs: readonly TensorType[];
}

/**
 * The operators that a graph would be written with, for runtimes of which it is known what they have.
 *
 * @throws as `exportOnnx`, sizes apart.
 */
export function operatorsOf(
  graph: Graph,
  { opset = defaultOpset, avoids }: ExportOptions = {},
): WrittenOperator[] {
  const draft = draftGraph(graph, opset, avoids);
  const outputs = graph.outputs.map(({ value }) => standIn(draft, value));
  return neededNodes(draft.nodes, outputs).nodes.map(({ operator, inputs, outputs }) => ({
    operator,
    inputs: inputs.map((value) => value?.type),
    outputs: outputs.map(({ type }) => type),
  }));
}

function namedModelOf(graph: Graph, { opset = defaultOpset, avoids }: ExportOptions) {
  check(Number.isInteger(opset) && opset >= leastOpset && opset <= greatestOpset, 'PP1003', () => ({
    at: 'option opset',
    problem: `it is ${opset}`,
    fix: `Use ${leastOpset} to ${greatestOpset}`,
  }));
  verify(graph);
  return { opset, ...nameModel(graph, draftGraph(graph, opset, avoids)) };
}

function encode(graph: Graph, model: ReturnType<typeof namedModelOf>, write: WriteWeight): Uint8Array {
  const bytes = toBinary(ModelProtoSchema, modelProtoOf(graph, model, write));
  checkSize(graph, bytes.length, 'Use exportOnnxWithData with a smaller leastBytes');
  return bytes;
}

function checkSize(graph: Graph, size: number, fix: string): void {
  check(size <= longestFile, 'PP1011', () => ({
    at: `graph ${graph.name}`,
    problem: `it needs ${size} bytes, an ONNX file holds ${longestFile}`,
    fix,
  }));
}
