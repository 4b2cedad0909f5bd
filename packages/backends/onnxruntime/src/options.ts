import type { ProviderName } from './providers/index.ts';

/** How much of onnxruntime's own graph optimisation is done when a session is made. */
export type GraphOptimization = 'disabled' | 'basic' | 'extended' | 'layout' | 'all';

/** Which processors Core ML may use. */
export type ComputeUnits = 'all' | 'cpu' | 'cpuAndGpu' | 'cpuAndNeuralEngine';

/** The library, for programs that load it themselves. */
export type Onnxruntime = typeof import('onnxruntime-node');

export interface OnnxruntimeOptions {
  /** What onnxruntime runs the layers on. Default `cpu`. */
  readonly provider?: ProviderName;
  /** Threads within an operator, on the processor. Default: one for each core. */
  readonly threads?: number;
  /** Default `all`. */
  readonly graphOptimization?: GraphOptimization;
  /** Keep memory of the processor between runs instead of giving it back. Default true. */
  readonly memoryArena?: boolean;
  /** Which device of the provider, counted from 0: `cuda`, `tensorrt`, `dml`. Default 0. */
  readonly deviceId?: number;
  /**
   * Let `cuda` and `tensorrt` multiply float32 in TF32, 10 bits of fraction instead of 23: faster, and wrong in the
   * fourth digit. Default false. The switch is the environment variable NVIDIA_TF32_OVERRIDE, which CUDA reads once: it
   * holds for all of the process.
   */
  readonly tf32?: boolean;
  /** For `coreml`. Default `all`. */
  readonly computeUnits?: ComputeUnits;
  /**
   * Hand onnxruntime other layers than those of the graph where they mean the same and are faster there. Default true.
   * What the provider gets wrong or refuses is rewritten in any case.
   */
  readonly rewrites?: boolean;
  /** How many sessions that no program uses are kept, to be used again by an equal region. Default 4. */
  readonly idleSessions?: number;
  /** The library itself; default: `onnxruntime-node`, imported on first use. */
  readonly lib?: Onnxruntime;
}
