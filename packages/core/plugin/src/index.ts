import type { DType, Graph, Node, Tensor } from '@polyphase/ir';

/** Whether a backend is usable on this machine, and if not, why, in words for its user. */
export type Probe =
  | { readonly ok: true; readonly detail?: string }
  | { readonly ok: false; readonly why: string };

export interface CompileContext {
  /** Set when the caller wants a line for each decision (`--trace`). */
  readonly trace?: ((line: string) => void) | undefined;
}

/** One piece of work of a program, for reports and profiles. */
export interface Step {
  /** The kernel or runtime call, in the backend's own words: `loop`, `phase convolution 2x4`. */
  readonly kernel: string;
  /** The layers that it computes, a fused chain in order. */
  readonly nodes: readonly Node[];
  /** How many times the error of plain sums its results may have (Winograd tiles). Default 1. */
  readonly errorFactor?: number;
}

/** Bytes that a program holds. */
export interface ProgramMemory {
  /** For weights and tables. */
  readonly constants: number;
  /** For everything between input and output, both included. */
  readonly activations: number;
  /** What these would take if no two shared memory. A backend without a plan of its own says nothing. */
  readonly unshared?: number;
  /** The most of them that is alive at one step: no plan takes less. */
  readonly lowerBound?: number;
}

export interface ProgramReport {
  readonly steps: readonly Step[];
  /** Bytes that a run with inputs and outputs on the host copies, where another runtime leaves no way around it. */
  readonly copies?: { readonly toDevice: number; readonly toHost: number };
  readonly memory: ProgramMemory;
  /** Milliseconds that each phase of compiling took, in the backend's own words. */
  readonly compileTimes?: Readonly<Record<string, number>>;
}

/**
 * A tensor whose elements lie where a backend keeps them: a `GPUBuffer`, a `tf.Tensor`, a stretch of WebAssembly memory.
 * Backends narrow `resource` to their own type.
 */
export interface DeviceTensor<R = unknown> {
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The name of the backend that it belongs to. */
  readonly device: string;
  readonly resource: R;
  /** A copy on the host. @throws PP4006 once it is disposed. */
  read(): Promise<Tensor>;
  /** Gives the memory back; a second time does nothing. */
  dispose(): void;
}

export type AnyTensor = Tensor | DeviceTensor;

export const isDeviceTensor = (value: AnyTensor): value is DeviceTensor => 'device' in value;

/** Told how long a step of a run took. */
export type Observe = (step: Step, milliseconds: number) => void;

export interface RunOptions {
  /** Set when the caller wants times; a backend that cannot time its steps tells nothing. */
  readonly observe?: Observe | undefined;
  /** For each output whether it stays on the device; default none does. A backend without a device ignores it. */
  readonly keep?: readonly boolean[] | undefined;
}

/** A generated text: a WebAssembly module, a shader. */
export interface Emitted {
  /** A file name, such as `conv1-phase-correlation.wgsl`. */
  readonly name: string;
  readonly text: string;
}

/** A compiled region. */
export interface Program {
  readonly report: ProgramReport;
  /**
   * One run: inputs in the order of the region's inputs, outputs likewise. An input may be a `DeviceTensor` of a backend
   * of this name; one that lies on another device than this program's is the backend's to read. Outputs on the host
   * belong to the caller; one that stays on the device is valid until it is disposed of and, unless the backend
   * `overlaps`, at most until the program's next run. Calls do not overlap unless the backend `overlaps`.
   *
   * @throws PP4008 when the device is lost or out of memory, so that the caller may move the region.
   */
  run(inputs: readonly AnyTensor[], options?: RunOptions): Promise<readonly AnyTensor[]>;
  /** The code that it runs, as text; a backend that hands regions to another runtime has none. */
  emit?(): readonly Emitted[];
  /** Gives memory back; the program is not run again. */
  dispose(): void;
}

/** What carrying a tensor between the host and a device takes, once the work before it is done. */
export interface TransferCost {
  /** For any tensor, however small: submitting, waiting, mapping. */
  readonly microseconds: number;
  readonly bytesPerMicrosecond: number;
}

/**
 * Runs layers somewhere. A backend that generates code and one that hands the region to another runtime fit this alike.
 * The factory has no side effects: devices are opened by `probe` or the first `compile`, and given back by `close`.
 */
export interface Backend {
  readonly name: string;
  /** Runs of one program may overlap. Default false. */
  readonly overlaps?: boolean;
  /**
   * Set where tensors lie on a device. A few layers between layers of a later backend are left to that one where carrying
   * their tensors takes longer than the layers would take there.
   */
  readonly transfer?: TransferCost;
  /**
   * It hands each layer to another runtime's operator. Where it is the caller's first choice, rewrites that pay in generated
   * code only are left out (`exportPipeline` of the compiler). Default false.
   */
  readonly singleLayers?: boolean;
  probe(): Promise<Probe>;
  /**
   * Why this backend cannot run the node, in words for its user; undefined when it can. The node's sizes are numbers.
   * Never throws, never opens a device.
   */
  refuses(node: Node): string | undefined;
  /**
   * Turns a region with static shapes, all of whose nodes it takes, into a program.
   *
   * @throws PP3004 when it needs more memory than there is; PP3007 when it turns out that the backend cannot take a node,
   *   which it must refuse from then on: the region is then placed and cut anew.
   */
  compile(region: Graph, context: CompileContext): Promise<Program>;
  close(): Promise<void>;
}

/** A backend's published factory: `cpu()`, `cpu({ threads: 2 })`. */
export const defineBackend =
  <Options extends object = Record<never, never>>(factory: (options: Options) => Backend) =>
  (options: Options = {} as Options): Backend =>
    factory(options);
