import { type DataArray, isOp, type Node, type Op } from '@polyphase/ir';
import type { Buffer, ContractionStep, LoopStep } from '@polyphase/kernel';
import type { Build } from '../compile/build.ts';
import type { Pin } from './pins.ts';

/** How contractions are to be computed. */
export interface Choice {
  /** `exact`: sums of the products themselves. `default`: also Winograd tiles, whose errors are some times larger. */
  readonly accuracy: Accuracy;
  /** The family that computes all that it can, whatever it costs. */
  readonly family?: Pin | undefined;
  /** Whether there are fused multiply-adds. */
  readonly relaxed: boolean;
}

export type Accuracy = 'default' | 'exact';

/** Steps in the place of one, and the constants that they read besides those of the program. */
export interface Prepared {
  readonly steps: readonly (ContractionStep | LoopStep)[];
  readonly constants?: ReadonlyMap<Buffer, DataArray>;
}

/** One way to compute the contractions of one operation. */
export interface FamilyDefinition<A extends object> {
  /** In reports. */
  readonly name: string;
  /** Whether it reads float16 as it is. Else what it reads is widened before it, but for known weights. */
  readonly readsFloat16?: true;
  /** Whether it can compute the node, whose sizes are numbers, and is the one for it where there are others. */
  accepts(node: Node<A>, choice: Choice): boolean;
  /**
   * The step as the family runs it: itself, or its sums alone with loops for what cannot be done in registers. Steps
   * of the kind `contraction` come back to `emit`.
   */
  prepare(step: ContractionStep, node: Node<A>): Prepared;
  /** Adds the tasks of a prepared step. */
  emit(build: Build, step: ContractionStep, node: Node<A>): void;
}

/** A family among those of other operations. */
export interface Family {
  readonly name: string;
  readonly readsFloat16: boolean;
  accepts(node: Node, choice: Choice): boolean;
  prepare(step: ContractionStep): Prepared;
  emit(build: Build, step: ContractionStep): void;
}

/** The family, asked only about nodes of its operation. */
export const defineFamily = <A extends object>(
  op: Op<string, A>,
  definition: NoInfer<FamilyDefinition<A>>,
): Family => ({
  name: definition.name,
  readsFloat16: definition.readsFloat16 ?? false,
  accepts: (node, choice) => isOp(node, op) && definition.accepts(node, choice),
  prepare: (step) => (isOp(step.node, op) ? definition.prepare(step, step.node) : { steps: [step] }),
  emit(build, step) {
    if (isOp(step.node, op)) definition.emit(build, step, step.node);
  },
});
