import type { Pass } from '@polyphase/compiler';
import type { Model, Tensor } from '@polyphase/ir';
import type { Tolerance } from './compare.ts';

/** Inputs and the outputs that they must give. */
export interface DataSet {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** How far each element of an output may be off, in place of the case's tolerance. */
  readonly bounds?: Readonly<Record<string, Float64Array>>;
}

export interface CaseContent {
  readonly model: Model;
  readonly dataSets: readonly DataSet[];
}

/** One model with data that judges it. */
export interface Case {
  readonly name: string;
  /** What it belongs to in reports: an operation, a folder. */
  readonly family: string;
  /** What the model stands for, in words: a framework's call. */
  readonly about?: string | undefined;
  readonly tolerance: Tolerance;
  /** What happens to its graph before it is placed. Default: what the run says. */
  readonly passes?: readonly Pass[] | undefined;
  /** Called once in each run, so that a suite holds no more than one model at a time. */
  load(): Promise<CaseContent>;
}
