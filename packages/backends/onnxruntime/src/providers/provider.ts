import type { DType, Node } from '@polyphase/ir';
import type { InferenceSession } from 'onnxruntime-node';
import type { Form } from '../forms/form.ts';
import type { OnnxruntimeOptions } from '../options.ts';

export type ProviderName = 'cpu' | 'cuda' | 'tensorrt' | 'webgpu' | 'dml' | 'coreml';

/** A layer that the provider cannot run in any form, and why. */
export interface Lack {
  readonly of: (node: Node) => boolean;
  readonly why: string;
}

/** The ONNX operators that a provider has kernels for, with the types of their data. */
export type Kernels = ReadonlyMap<string, ReadonlySet<DType>>;

/** What onnxruntime's execution providers can do and what they get wrong, as far as it is known before a session is made. */
export interface Provider {
  readonly name: ProviderName;
  /** The name of the backend. */
  readonly backend: string;
  /** What runs it, in words for the user. */
  readonly title: string;
  /** Where onnxruntime has it: `process.platform`, `process.platform-process.arch`. Undefined: everywhere. */
  readonly platforms?: readonly string[];
  /** The operator set of the models that it is given. */
  readonly opset: number;
  /** It keeps tensors in a memory of its own, so that inputs and outputs are copied. */
  readonly isDevice: boolean;
  /** Undefined: not declared. What leaves the provider is found when a session is made. */
  readonly kernels?: Kernels;
  readonly lacks: readonly Lack[];
  /** Layers whose own ONNX operator it computes wrongly or refuses, where the exporter has another form. */
  readonly avoids: (node: Node) => boolean;
  /** Forms of what it computes wrongly or refuses; the first that fits is taken. */
  readonly needed: readonly Form[];
  /** Forms that are faster on it. */
  readonly faster: readonly Form[];
  entry(options: OnnxruntimeOptions): InferenceSession.ExecutionProviderConfig;
}
