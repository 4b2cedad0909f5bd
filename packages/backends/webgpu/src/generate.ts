import type { Graph } from '@polyphase/ir';
import {
  type Buffer,
  type ContractionStep,
  type LoopStep,
  type PlacedProgram,
  placeInside,
  rootOf,
  schedule,
} from '@polyphase/kernel';
import type { Step } from '@polyphase/plugin';
import { emitContraction, isContraction } from './families/index.ts';
import { writeLoops } from './loops/kernel.ts';
import { type Storage, storageOf } from './storage.ts';
import type { Target } from './target.ts';
import type { Dispatch, ShaderContext } from './text/shader.ts';

export type Precision = 'float32' | 'float16';

/** A dispatch as one step of a program, or one of several. */
export interface Stage {
  readonly step: Step;
  readonly dispatch: Dispatch;
  /** What it touches of the program's buffers: constants, and what lies in the arena. */
  readonly buffers: readonly Buffer[];
}

/** A region as shaders, before there is a device: what is stored where is decided, memory is not. */
export interface Generated {
  readonly placed: PlacedProgram;
  readonly stages: readonly Stage[];
  storage(buffer: Buffer): Storage;
}

/** A region as steps, and what their shaders are written with. */
export interface Planned {
  readonly placed: PlacedProgram;
  readonly context: ShaderContext;
}

/** Bindings of a shader besides the tensors that it reads: its target, and tables of up to three axes. */
const ownBindings = 4;

/** Decides what the steps of a region are, and where what they touch is stored. */
export function planRegion(region: Graph, target: Target, precision: Precision = 'float32'): Planned {
  const program = schedule(region, {
    contraction: isContraction,
    limits: { tensors: Math.max(target.limits.maxStorageBuffersPerShaderStage - ownBindings, 1) },
    borders: false,
  });
  const placed = placeInside(program);
  const context: ShaderContext = {
    target,
    storage: storageIn(placed, target, precision),
    rootOf: (buffer) => rootOf(placed.placements, buffer),
    isConstant: (buffer) => placed.program.constants.has(buffer),
  };
  return { placed, context };
}

/** Writes the shaders of a region for a target. Needs no device. `chosen`: variants that were measured. */
export function generate(
  region: Graph,
  target: Target,
  precision: Precision = 'float32',
  chosen?: ReadonlyMap<string, string>,
): Generated {
  const { placed, context } = planRegion(region, target, precision);
  const own = { ...context, chosen };
  return {
    placed,
    stages: placed.program.steps.flatMap((step) => stagesOf(step, own, precision)),
    storage: context.storage,
  };
}

/** Float32 is stored in 16 bits where that is asked for, but for what the caller sees. */
function storageIn({ program, placements }: PlacedProgram, { features }: Target, precision: Precision) {
  const seen = new Set(
    [...program.inputs, ...program.outputs].map((buffer) => rootOf(placements, buffer).within),
  );
  const isHalved = (buffer: Buffer): boolean =>
    precision === 'float16' &&
    features.f16 &&
    buffer.dtype === 'float32' &&
    !seen.has(rootOf(placements, buffer).within);
  return (buffer: Buffer): Storage => (isHalved(buffer) ? 'f16' : storageOf(buffer.dtype, features.f16));
}

/** What rounding float32 to 16 bits does to errors. */
const halfErrorFactor = 2 ** 13;

function stagesOf(
  step: ContractionStep | LoopStep,
  context: ShaderContext,
  precision: Precision,
): readonly Stage[] {
  if (step.kind === 'loop' && step.kernel.loops.some(({ extent }) => extent === 0)) return [];
  const dispatches = step.kind === 'loop' ? writeLoops(step.kernel, context) : emitContraction(step, context);
  const factor = dispatches.reduce((most, { errorFactor = 1 }) => Math.max(most, errorFactor), 1);
  const total = precision === 'float16' && context.target.features.f16 ? factor * halfErrorFactor : factor;
  const own: Step = {
    kernel: dispatches[0]!.kernel,
    nodes: step.nodes,
    ...(total > 1 && { errorFactor: total }),
  };
  return dispatches.map((dispatch) => ({
    step: own,
    dispatch,
    buffers: dispatch.bindings.flatMap(({ resource }) =>
      resource.kind === 'buffer' ? [resource.buffer] : [],
    ),
  }));
}
