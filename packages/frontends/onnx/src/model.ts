import type { Model } from '@polyphase/ir';
import { buildGraph } from './build.ts';
import type { ModelProto } from './proto/onnx_pb.ts';
import { readSource } from './source.ts';
import type { ExternalBytes } from './tensor-proto.ts';

/** A decoded ONNX model as a network whose sizes are open. */
export function modelOf(proto: ModelProto, external: ExternalBytes): Model {
  const source = readSource(proto, external);
  const { name, inputs, outputs } = source;
  return { name, inputs, outputs, graph: (bindings = new Map()) => buildGraph(source, bindings) };
}
