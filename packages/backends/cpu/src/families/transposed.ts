import { type ConvTransposeAttributes, convTranspose, type Node, sizeOf } from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import type { Build } from '../compile/build.ts';
import { leastColumns } from '../contractions/blocking.ts';
import { type TapAxis, type Taps, unionOf } from '../contractions/border.ts';
import { type Correlation, emitCorrelation, rowBlocking } from '../contractions/correlation.ts';
import { type EpiloguePlan, planEpilogue } from '../contractions/epilogue.ts';
import { leastInterleaved } from '../contractions/interleaved-row.ts';
import { costOfPhased, emitPhased, type Phased, phaseBlocking } from '../contractions/phased.ts';
import { packRows, type Weights } from '../contractions/weights.ts';
import { defineFamily } from './family.ts';
import { finishInRegisters, finishPadded } from './finish.ts';
import {
  beginsInThree,
  type ConvShape,
  convShape,
  hasKnownWeights,
  placesOf,
  positionAxes,
  range,
  weightsOf,
} from './geometry.ts';
import { eachOf, noElement, type PhaseClass, type Phases, phasesOf } from './phases.ts';
import { sameTaps } from './same-taps.ts';

type TransposedNode = Node<ConvTransposeAttributes>;

/** Transposed convolutions of any shape as correlations, one for all phases that read the same inputs. */
export const transposed = defineFamily(convTranspose, {
  name: 'transposed',
  accepts: hasKnownWeights,
  prepare(step, node) {
    const columns = leastWidth(convShape(node));
    const narrow = convShape(node).output[2] < columns;
    return narrow ? finishPadded(step, columns) : finishInRegisters(step, positionAxes(node));
  },
  emit(build, step, node) {
    const phases = phasesOfNode(node);
    if (phases.places.length === 1) emitAlone(build, step, node, phases.classes[0]!);
    else emitPhases(build, step, node, phases);
  },
});

/** About how many nanoseconds plain sums of a transposed convolution take. */
export const costOfTransposed = (node: TransposedNode, relaxed: boolean): number =>
  costOfPhased(phasedOf(node, phasesOfNode(node), undefined), relaxed);

/** How many phases differ in what they compute, which depends on the weights. */
export const phasesComputed = (node: TransposedNode): number => phasesOfNode(node).count;

/** Columns that the output must have to be stored where it belongs. */
const leastWidth = ({ stride }: ConvShape): number => Math.max(leastInterleaved(stride[2]), leastColumns);

const known = new WeakMap<TransposedNode, Phases>();

function phasesOfNode(node: TransposedNode): Phases {
  const phases = known.get(node) ?? findPhases(node);
  known.set(node, phases);
  return phases;
}

function findPhases(node: TransposedNode): Phases {
  const { input, output, kernel, stride, dilation } = convShape(node);
  const crops = beginsInThree(node.attributes.crop);
  const axis = (a: 0 | 1 | 2) => ({
    input: input[a],
    output: output[a],
    kernel: kernel[a],
    stride: stride[a],
    dilation: dilation[a],
    crop: crops[a],
  });
  return phasesOf([axis(0), axis(1), axis(2)], sameTaps(weightsOf(node), kernel));
}

const tapsOf = ({ axes }: PhaseClass): Taps => [axes[0].taps, axes[1].taps, axes[2].taps];

/** What is read along each axis, in so many steps. */
function axesOf(
  { input }: ConvShape,
  taps: Taps,
  steps: readonly [number, number, number],
): [TapAxis, TapAxis, TapAxis] {
  const axis = (a: 0 | 1 | 2): TapAxis => ({ input: input[a], output: steps[a], step: 1, taps: taps[a] });
  return [axis(0), axis(1), axis(2)];
}

const unionOfTaps = (classes: readonly PhaseClass[]): Taps => {
  const axis = (a: 0 | 1 | 2) => unionOf(classes.map(({ axes }) => axes[a].taps));
  return [axis(0), axis(1), axis(2)];
};

/** What its classes sum up, and their weights. */
export function transposedSource(node: TransposedNode) {
  const phases = phasesOfNode(node);
  const weights = phases.classes.map((each) => classWeights(node, convShape(node), each));
  return { phased: phasedOf(node, phases, undefined), weights };
}

/** One phase is a correlation as it is. */
function emitAlone(build: Build, step: ContractionStep, node: TransposedNode, each: PhaseClass): void {
  const shape = convShape(node);
  const [depth, height, width] = shape.output;
  const correlation: Correlation = {
    batch: shape.batch,
    groups: shape.groups,
    rows: shape.rows,
    planes: {
      channels: shape.channels,
      axes: axesOf(shape, tapsOf(each), [depth, height, Math.max(width, leastColumns)]),
    },
    y: { dtype: step.output.dtype, imageRows: shape.rows },
    bias: shape.bias,
    epilogue: planEpilogue(step, positionAxes(node)),
  };
  const blocking = rowBlocking(build, correlation);
  const { x, y, bias } = placesOf(step);
  const a = build.add(packRows(build, classWeights(node, shape, each), blocking));
  const kernel = `transposed ${blocking.rows}x${blocking.starts.length}`;
  emitCorrelation(build, { kernel, nodes: step.nodes }, correlation, { a, b: x, y, bias });
}

function phasedOf(node: TransposedNode, phases: Phases, step: ContractionStep | undefined): Phased {
  const shape = convShape(node);
  const { batch, groups, rows, channels, stride } = shape;
  const [depth, height, width] = shape.output;
  const columns = Math.max(width, leastWidth(shape));
  const steps = [phases.steps[0], phases.steps[1], Math.ceil(columns / stride[2])] as const;
  const epilogue: EpiloguePlan | undefined = step && planEpilogue(step, positionAxes(node));
  return {
    ...{ batch, groups, rows, stride, epilogue },
    planes: { channels, axes: axesOf(shape, unionOfTaps(phases.classes), steps) },
    classes: phases.classes.map((each) => ({ taps: tapsOf(each), count: each.count, first: each.first })),
    places: phases.places,
    output: [depth, height, columns],
    dtype: step?.output.dtype ?? 'float32',
    bias: shape.bias,
  };
}

function emitPhases(build: Build, step: ContractionStep, node: TransposedNode, phases: Phases): void {
  const phased = phasedOf(node, phases, step);
  const blockings = phased.classes.map((each) => phaseBlocking(build, phased, each));
  const a = phases.classes.map((each, i) =>
    build.add(packRows(build, classWeights(node, convShape(node), each), blockings[i]!)),
  );
  const { x, y, bias } = placesOf(step);
  const kernel = `transposed ${blockings[0]!.rows}x${blockings[0]!.starts.length}`;
  emitPhased(build, { kernel, nodes: step.nodes }, phased, { a, x, y, bias });
}

/** Out of weights [Cin, Cout/groups, kernel], those of a class: its rows are [phase, output channel], for each group. */
function classWeights(
  node: Node,
  { groups, channels, rows, kernel }: ConvShape,
  { axes }: PhaseClass,
): Weights {
  const size = sizeOf(kernel);
  const position = ([z, y, x]: readonly [number, number, number]): number =>
    (z * kernel[1] + y) * kernel[2] + x;
  const [z, y, x] = axes;
  const firsts = eachOf(z.firsts, y.firsts, x.firsts).map(position);
  const taps = eachOf(z.steps, y.steps, x.steps).map((tap) =>
    tap.includes(noElement) ? noElement : position(tap),
  );
  return {
    elements: weightsOf(node),
    groups,
    groupStep: channels * rows * size,
    rows: Int32Array.from(firsts.flatMap((first) => range(rows).map((row) => row * size + first))),
    inner: { count: channels, step: rows * size, taps },
  };
}
