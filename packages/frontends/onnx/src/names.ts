import { check, PolyphaseError } from '@polyphase/ir';
import type { NodeProto } from './proto/onnx_pb.ts';

/** The node's own name, else one made of its operator and first output. */
export const nodeName = ({ name, opType, output }: NodeProto): string =>
  name || `${opType}:${output.find((text) => text !== '') ?? '?'}`;

/** `decoder/up2 (ConvTranspose)`, as errors name a node. */
export const nodePlace = (node: NodeProto): string => `${nodeName(node)} (${node.opType})`;

/** Throws PP1007 unless `ok`. */
export const wellFormed = (
  ok: boolean,
  at: string,
  detail: () => readonly [problem: string, fix: string],
): void =>
  check(ok, 'PP1007', () => {
    const [problem, fix] = detail();
    return { at, problem, fix };
  });

export const malformed = (at: string, problem: string, fix: string): never => {
  throw new PolyphaseError('PP1007', { at, problem, fix });
};
