import type { DataArray, Graph, Node, Value } from '@polyphase/ir';
import { splitBorders } from './borders.ts';
import type { Buffer, Expr, LoopKernel } from './expr.ts';
import { foldConstants } from './fold.ts';
import { type Contraction, type Draft, Fusion, type FusionLimits } from './fuse.ts';
import type { ContractionStep, Epilogue, KernelProgram, LoopStep } from './program.ts';
import { Sketcher } from './sketch.ts';
import { baseOf, type IsContraction, lowerRegion, type Stage } from './stages.ts';
import { tidy } from './tidy.ts';
import { Tracer } from './tracer.ts';
import { loadedBuffers } from './walk.ts';

export interface ScheduleOptions {
  /** Whether the backend has a kernel family for this node; else it becomes loop kernels like any other. Default: no. */
  readonly contraction?: IsContraction;
  readonly limits?: Partial<FusionLimits>;
  /**
   * Whether loops are cut where bound checks change their outcome (default: yes). Without, a kernel is cut only where it
   * would read too many tensors: for targets on which a kernel more costs more than a select.
   */
  readonly borders?: boolean;
}

const defaultLimits: FusionLimits = { tensors: 12, operations: 200 };

/** A region with static shapes as steps over buffers. */
export function schedule(
  region: Graph,
  { contraction = () => false, limits, borders = true }: ScheduleOptions = {},
): KernelProgram {
  const tracer = new Tracer();
  const lowered = lowerRegion(region, contraction, tracer);
  const stageOf = (value: Value): Stage => baseOf(lowered.stageOf.get(value)!);
  const outputs = region.outputs.map(({ value }) => stageOf(value));
  const bounds = { ...defaultLimits, ...limits };
  const sketcher = new Sketcher(tracer);
  const fusion = new Fusion(lowered, outputs, sketcher, bounds);
  const drafts = fusion.drafts();
  const resolve = fusion.resolver();
  const all = drafts.flatMap((draft) =>
    stepsOf(draft, { sketcher, resolve, mostTensors: bounds.tensors, borders }),
  );
  const results = outputs.map(({ buffer }) => buffer);
  const { steps, constants } = foldConstants(all, constantsOf(lowered.stages), results);
  const inputs = region.inputs.map((value) => stageOf(value).buffer);
  const buffers = buffersOf(steps, [...inputs, ...results]);
  return {
    steps,
    buffers,
    inputs,
    outputs: results,
    constants: new Map(
      buffers.flatMap((buffer) => (constants.has(buffer) ? [[buffer, constants.get(buffer)!]] : [])),
    ),
    bufferOf: storedValues(lowered.stageOf, new Set(buffers)),
  };
}

interface Finishing {
  readonly sketcher: Sketcher;
  /** Puts the stages that are not stored in their places. */
  readonly resolve: (e: Expr) => Expr;
  readonly mostTensors: number;
  readonly borders: boolean;
}

function stepsOf(draft: Draft, finishing: Finishing): readonly (ContractionStep | LoopStep)[] {
  const { sketcher, resolve, mostTensors, borders } = finishing;
  if (draft.contraction) return [contractionStep(draft, draft.contraction, finishing)];
  const nodes = [...draft.nodes].reverse();
  const kernel: LoopKernel = {
    name: nodes.map(({ name }) => name).join(' + '),
    loops: draft.loops,
    target: draft.stage.buffer,
    index: resolve(sketcher.spaces.flatten(draft.index, draft.stage.shape)),
    value: resolve(draft.value),
    ...(draft.combine && { combine: draft.combine }),
  };
  return splitBorders(kernel, mostTensors, borders).map(
    (piece): LoopStep => ({ kind: 'loop', kernel: tidy(piece), nodes }),
  );
}

function contractionStep(
  { stage, value, nodes }: Draft,
  { stage: summed, inputs, sum, loops }: Contraction,
  { sketcher, resolve }: Finishing,
): ContractionStep {
  const node = summed.node!;
  const tail: Node[] = [...nodes].reverse();
  const epilogue: Epilogue | undefined =
    value === sum ? undefined : { loops, sum, value: sketcher.share(resolve(value)) };
  return {
    kind: 'contraction',
    node,
    inputs: inputs.map((input) => input && baseOf(input).buffer),
    output: stage.buffer,
    epilogue,
    nodes: [node, ...tail],
  };
}

function buffersOf(steps: KernelProgram['steps'], ends: readonly Buffer[]): readonly Buffer[] {
  const buffers = new Set<Buffer>(ends);
  for (const step of steps) for (const buffer of touchedBy(step)) buffers.add(buffer);
  return [...buffers];
}

/** The buffers that a step reads and writes, the written one last. */
export function touchedBy(step: ContractionStep | LoopStep): readonly Buffer[] {
  if (step.kind === 'loop') {
    const { index, value, target } = step.kernel;
    return [...loadedBuffers([index, value]), target];
  }
  const { epilogue } = step;
  const others = epilogue ? loadedBuffers([epilogue.value]) : new Set<Buffer>();
  if (epilogue?.sum.kind === 'load') others.delete(epilogue.sum.buffer);
  return [...step.inputs.filter((buffer) => buffer !== undefined), ...others, step.output];
}

const constantsOf = (stages: readonly Stage[]): Map<Buffer, DataArray> =>
  new Map(stages.flatMap(({ buffer, constant }) => (constant ? [[buffer, constant.data]] : [])));

function storedValues(stageOf: ReadonlyMap<Value, Stage>, used: ReadonlySet<Buffer>): Map<Value, Buffer> {
  const buffers = new Map<Value, Buffer>();
  for (const [value, stage] of stageOf) {
    const { buffer } = baseOf(stage);
    if (used.has(buffer)) buffers.set(value, buffer);
  }
  return buffers;
}
