import { check, PolyphaseError } from '@polyphase/ir';
import { readAttributes } from './attributes.ts';
import { nodeName, nodePlace } from './names.ts';
import { domains } from './ops/index.ts';
import { whyUnsupported } from './ops/unsupported.ts';
import type { FunctionProto, NodeProto } from './proto/onnx_pb.ts';
import type { Row, Versions } from './row.ts';
import type { ExternalBytes } from './tensor-proto.ts';

/** A node with its row, attributes and operands, ready to be put into a graph. */
export interface SourceNode {
  readonly name: string;
  /** ONNX's operator name. */
  readonly op: string;
  readonly opset: number;
  readonly row: Row;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Names of values; empty where an optional one is not given. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface NodeReading {
  readonly opsets: ReadonlyMap<string, number>;
  readonly functions: readonly FunctionProto[];
  readonly external: ExternalBytes;
  /** The rows that were looked up so far. */
  readonly found: Map<string, Found>;
}

/** @throws PP1004 for an operator that is not supported, PP1006 for a wrong attribute, PP2001 for surplus operands. */
export function readNode(proto: NodeProto, reading: NodeReading): SourceNode {
  const at = nodePlace(proto);
  const { row, opset } = foundFor(proto, reading);
  checkOperandCount(proto, row, at);
  const attributes = readAttributes(row.attributes, proto.attribute, { at, external: reading.external });
  return {
    name: nodeName(proto),
    op: proto.opType,
    opset,
    row,
    attributes,
    inputs: proto.input,
    outputs: proto.output,
  };
}

/** The oldest operator set that is read as a whole; of older ones, the operators that have not changed since. */
export const minOpset = 6;
export const maxOpset = 28;

/** How an operator is read. */
interface Found {
  readonly row: Row;
  readonly opset: number;
}

/** Looked up once for all nodes of an operator. */
function foundFor(proto: NodeProto, reading: NodeReading): Found {
  const key = `${proto.domain} ${proto.opType}`;
  const found = reading.found.get(key) ?? findRow(proto, reading);
  reading.found.set(key, found);
  return found;
}

function findRow(proto: NodeProto, { opsets, functions }: NodeReading): Found {
  const { opType } = proto;
  const domain = proto.domain === 'ai.onnx' ? '' : proto.domain;
  const isFunction = functions.some((one) => one.name === opType && one.domain === proto.domain);
  const opset = opsets.get(domain);
  const versions = isFunction ? undefined : domains.get(domain)?.get(opType);
  const row = versions && opset !== undefined ? rowAt(versions, opset) : undefined;
  if (row && opset !== undefined) return { row, opset };
  check(domain !== '' || !versions || opset === undefined || opset >= minOpset, 'PP1003', () => ({
    at: nodePlace(proto),
    problem: `the model uses ONNX's operator set ${opset}; ${minOpset} to ${maxOpset} are supported`,
    fix: 'Convert it with onnx.version_converter',
  }));
  const reason = whyUnsupported({
    op: opType,
    domain,
    isFunction,
    opset,
    since: versions && firstVersion(versions),
  });
  throw new PolyphaseError('PP1004', { at: nodePlace(proto), ...reason });
}

const firstVersion = (versions: Versions): number => Math.min(...Object.keys(versions).map(Number));

/** The row of the newest version that is not newer than `opset`. */
function rowAt(versions: Versions, opset: number): Row | undefined {
  const since = Object.keys(versions)
    .map(Number)
    .filter((version) => version <= opset);
  return versions[Math.max(...since)];
}

function checkOperandCount({ input }: NodeProto, { inputs }: Row, at: string): void {
  const variadic = inputs.at(-1)?.startsWith('...') ?? false;
  check(variadic || input.length <= inputs.length, 'PP2001', () => ({
    at,
    problem: `it has ${input.length} operands, ${inputs.length} are known (${inputs.join(', ')})`,
    fix: 'Check the operator set that the model imports',
  }));
  for (const [i, operand] of inputs.entries()) {
    check(Boolean(input[i]) || /[?.]/.test(operand), 'PP2001', () => ({
      at,
      problem: `its operand ${operand} is missing`,
      fix: `Give ${inputs.join(', ')}`,
    }));
  }
}
