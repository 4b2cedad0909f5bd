import type { MessageInitShape } from '@bufbuild/protobuf';
import type { AttributeProtoSchema } from '../proto/onnx_pb.ts';

type Init = MessageInitShape<typeof AttributeProtoSchema>;

/** Attributes of an ONNX node by name. */
export type Attributes = Readonly<Record<string, Init>>;

const utf8 = new TextEncoder();

export const float = (f: number): Init => ({ type: 1, f });
export const int = (i: number | boolean): Init => ({ type: 2, i: BigInt(i) });
export const text = (s: string): Init => ({ type: 3, s: utf8.encode(s) });
export const ints = (values: readonly number[]): Init => ({ type: 7, ints: values.map(BigInt) });
