import type { Graph, Node, Tensor } from '@polyphase/ir';

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

export interface ProgramReport {
  readonly steps: readonly Step[];
  /** Bytes held for weights and tables, and for everything between input and output. */
  readonly memory: { readonly constants: number; readonly activations: number };
}

/** A compiled region. */
export interface Program {
  readonly report: ProgramReport;
  /**
   * One run: inputs in the order of the region's inputs, outputs likewise. The outputs belong to the caller. Calls do
   * not overlap.
   */
  run(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
  /** Gives memory back; the program is not run again. */
  dispose(): void;
}

/**
 * Runs layers somewhere. A backend that generates code and one that hands the region to another runtime fit this alike.
 * The factory has no side effects: devices are opened by `probe` or the first `compile`, and given back by `close`.
 */
export interface Backend {
  readonly name: string;
  probe(): Promise<Probe>;
  /**
   * Why this backend cannot run the node, in words for its user; undefined when it can. The node's sizes are numbers.
   * Never throws, never opens a device.
   */
  refuses(node: Node): string | undefined;
  /** Turns a region with static shapes, all of whose nodes it takes, into a program. */
  compile(region: Graph, context: CompileContext): Promise<Program>;
  close(): Promise<void>;
}

/** A backend's published factory: `cpu()`, `cpu({ threads: 2 })`. */
export const defineBackend =
  <Options extends object = Record<never, never>>(factory: (options: Options) => Backend) =>
  (options: Options = {} as Options): Backend =>
    factory(options);
