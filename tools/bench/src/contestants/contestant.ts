import type { Case } from '../cases/case.ts';

/** A network ready to run on its input. */
export interface Contestant {
  readonly name: string;
  /** Milliseconds that making it ready took, without the conversion of data; undefined where nothing is compiled. */
  readonly compile?: number;
  /**
   * Takes the input from an array of the caller's, which is part of a run, and gives the output where the runtime
   * has it, to be read before the next run.
   */
  run(): Promise<Float32Array>;
  /** The output as the case orders it, for a runtime that keeps to another order. */
  ordered?(output: Float32Array): Float32Array;
  close(): Promise<void>;
}

export interface Runtime {
  readonly name: string;
  /** Why it cannot run the case; undefined when it can. */
  refuses?(network: Case): string | undefined;
  prepare(network: Case): Promise<Contestant>;
}

/** A runtime cannot run a case, which only trying shows. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
