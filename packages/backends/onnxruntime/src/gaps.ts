import { onlySingle } from './providers/cpu.ts';
import type { ProviderName } from './providers/index.ts';

/** Patterns over names of conformance cases, each with the reason why they do not pass. */
export type Gaps = Readonly<Record<string, string>>;

const passesOver = 'onnxruntime passes over a NaN when it looks for the greatest or the least';
const tail = 'onnxruntime computes it to 1e-7 of its range, not of each result';
const single = 'onnxruntime computes it in float32 only';
const cancels = 'composed for float64, whose small results come out of a difference';
const beyond = 'what a cast makes of numbers beyond a type is left to the runtime';

const cpu: Gaps = {
  'maxPool: NaN is the greatest/raw': passesOver,
  'reduceM??: NaN stays in its row/raw': passesOver,
  'argM??: NaN counts/raw': passesOver,
  'hardmax: NaN stays in its row/raw': passesOver,
  'reduceProd: int32 wraps/raw': 'onnxruntime multiplies in another type and saturates',
  'sigmoid: its shape/raw': tail,
  'sigmoid: widths 1 to 17/raw': tail,
  'swish: its shape/raw': tail,
  'swish: another alpha/raw': tail,
  'gelu: its shape/raw': tail,
  'gelu: tanh, its shape/raw': tail,
  'gelu: the tail below 0/raw': tail,
  'a gate of another branch/raw': tail,
  '*: a residual of itself/raw': tail,
  'sigmoid: float64/raw': tail,
  'softplus: float64/raw': cancels,
  'mish: float64/raw': cancels,
  ...Object.fromEntries(onlySingle.map((op) => [`${op}: float64/raw`, single])),
  'selu: its edges/raw': 'onnxruntime flushes results below the least normal number',
  'cast: float?? to every type/*': beyond,
  'cast: float32 beyond */raw': beyond,
};

const types = 'the provider computes in float32 and what the device has of float16';
const empty = 'a shader cannot run over no elements';

const webgpu: Gaps = {
  'float64: */raw': types,
  'uint8: */raw': types,
  'int8: */raw': types,
  'int64: */raw': types,
  'depthToSpace: ?int8/raw': types,
  'depthToSpace: int64/raw': types,
  '*batch of none/raw': empty,
  'no rows/raw': empty,
  'maxPool: *': 'the provider gives no indices of MaxPool, which these rows read',
  'maxUnpool: *': 'the provider has no kernel for MaxUnpool, and none for indices of int64',
};

const known: Partial<Record<ProviderName, Gaps>> = { cpu, webgpu };

/** What a provider is known to compute otherwise than the definitions, or not at all, whatever form it is given. */
export const gapsOf = (provider: ProviderName): Gaps => known[provider] ?? {};
