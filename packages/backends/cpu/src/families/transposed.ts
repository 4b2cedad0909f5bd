import { type ConvTransposeAttributes, convTranspose, type Node, sizeOf } from '@polyphase/ir';
import {
  add,
  type Buffer,
  type ContractionStep,
  div,
  type Expr,
  int,
  type LoopKernel,
  type LoopVar,
  load,
  loopVar,
  mod,
  mul,
  substitution,
  variable,
} from '@polyphase/kernel';
import type { Build } from '../compile/build.ts';
import { leastColumns } from '../contractions/blocking.ts';
import { type Correlation, emitCorrelation, rowBlocking } from '../contractions/correlation.ts';
import { planEpilogue } from '../contractions/epilogue.ts';
import { type Matrix, packRows } from '../contractions/weights.ts';
import { defineFamily, type Prepared } from './family.ts';
import { finishInLoops, finishInRegisters, finishPadded, flat } from './finish.ts';
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
import { eachOf, noElement, type PhaseClass, type Phases, phasesOf, tapAxis } from './phases.ts';

/** Transposed convolutions of any shape as correlations, one for all phases that read the same inputs. */
export const transposed = defineFamily(convTranspose, {
  name: 'transposed',
  accepts: hasKnownWeights,
  prepare(step, node) {
    const phases = phasesOfNode(node);
    if (phases.count > 1) return interleaved(step, node, phases);
    const narrow = convShape(node).output[2] < leastColumns;
    return narrow ? finishPadded(step, leastColumns) : finishInRegisters(step, positionAxes(node));
  },
  emit(build, step, node) {
    const phases = phasesOfNode(node);
    for (const each of phases.classes) emitClass(build, step, node, phases, each);
  },
});

function phasesOfNode(node: Node<ConvTransposeAttributes>): Phases {
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
  return phasesOf([axis(0), axis(1), axis(2)]);
}

/** Outputs of a phase along each axis as they are stored: at least a vector of columns. */
const storedSteps = ({ steps: [depth, height, width] }: Phases) =>
  [depth, height, Math.max(width, leastColumns)] as const;

/** The task for one class. With one phase in all it writes the output; else sums without bias, channel after channel. */
function emitClass(build: Build, step: ContractionStep, node: Node, phases: Phases, each: PhaseClass): void {
  const shape = convShape(node as Node<ConvTransposeAttributes>);
  const steps = storedSteps(phases);
  const alone = phases.count === 1;
  const axis = (a: 0 | 1 | 2) => tapAxis(each.axes[a], shape.input[a], steps[a]);
  const correlation: Correlation = {
    batch: shape.batch,
    groups: shape.groups,
    rows: shape.rows * each.count,
    planes: { channels: shape.channels, axes: [axis(0), axis(1), axis(2)] },
    y: { dtype: step.output.dtype, imageRows: shape.rows * phases.count },
    bias: alone && shape.bias,
    epilogue: alone ? planEpilogue(step, positionAxes(node)) : undefined,
  };
  const blocking = rowBlocking(build, correlation);
  const { x, bias } = placesOf(step);
  const a = build.add(packRows(classWeights(node, shape, each), blocking));
  const y = {
    kind: 'buffer',
    buffer: step.output,
    offset: 4 * each.first * shape.rows * sizeOf(steps),
  } as const;
  const kernel = `transposed ${blocking.rows}x${blocking.starts.length}`;
  emitCorrelation(build, { kernel, nodes: step.nodes }, correlation, { a, b: x, y, bias });
}

/** Out of weights [Cin, Cout/groups, kernel], those of a class: its rows are [phase, output channel], for each group. */
function classWeights(
  node: Node,
  { groups, channels, rows, kernel }: ConvShape,
  { axes }: PhaseClass,
): Matrix[] {
  const size = sizeOf(kernel);
  const position = ([z, y, x]: readonly [number, number, number]): number =>
    (z * kernel[1] + y) * kernel[2] + x;
  const [z, y, x] = axes;
  const firsts = eachOf(z.firsts, y.firsts, x.firsts).map(position);
  const taps = eachOf(z.steps, y.steps, x.steps).map((tap) =>
    tap.includes(noElement) ? noElement : position(tap),
  );
  const inner = range(channels).flatMap((channel) =>
    taps.map((tap) => (tap === noElement ? noElement : channel * rows * size + tap)),
  );
  return range(groups).map((group) => ({
    elements: weightsOf(node),
    rowOffsets: Int32Array.from(
      firsts.flatMap((first) => range(rows).map((row) => (group * channels * rows + row) * size + first)),
    ),
    innerOffsets: Int32Array.from(inner),
  }));
}

/** The sums [batch, group, phase, channel of the group, steps...], and loops that interleave them and add the bias. */
function interleaved(step: ContractionStep, node: Node<ConvTransposeAttributes>, phases: Phases): Prepared {
  const { batch, groups, rows, stride } = convShape(node);
  const steps = storedSteps(phases);
  const shape = [batch, groups, phases.count, rows, ...steps];
  const places: Buffer = { name: `${node.name}.phases`, dtype: 'int32', size: phases.count };
  const bias = step.inputs[2];
  const at = (sums: Buffer, [n, c, ...spatial]: readonly Expr[]): Expr => {
    const three = [...[int(0), int(0), int(0)].slice(spatial.length), ...spatial];
    const parts = three.map(
      (position, a) => [div(position, int(stride[a]!)), mod(position, int(stride[a]!))] as const,
    );
    const phase = flat(
      parts.map(([, residue]) => residue),
      stride,
    );
    const place = phases.classes.length === 1 ? phase : load(places, phase);
    const index = [n!, div(c!, int(rows)), place, mod(c!, int(rows)), ...parts.map(([j]) => j)];
    const sum = load(sums, flat(index, shape));
    return bias ? add(sum, load(bias, c!)) : sum;
  };
  const cut = (kernel: LoopKernel) => byPhase(kernel, stride[2]);
  const { steps: all } = finishInLoops(step, { size: sizeOf(shape), at, cut });
  return phases.classes.length === 1
    ? { steps: all }
    : { steps: all, constants: new Map([[places, phases.places]]) };
}

/** With fewer phases than lanes, each has a kernel of its own. */
const fewPhases = 4;

/** A kernel as several in which neither the sums nor the output are taken apart by quotients of the innermost loop. */
const byPhase = (kernel: LoopKernel, stride: number): readonly LoopKernel[] =>
  stride === 1
    ? [kernel]
    : stride < fewPhases
      ? phaseAfterPhase(kernel, stride)
      : stepAfterStep(kernel, stride);

/** One kernel for each phase of the innermost loop: the sums are neighbours, the outputs `stride` apart. */
const phaseAfterPhase = (kernel: LoopKernel, stride: number): readonly LoopKernel[] =>
  range(Math.min(stride, kernel.loops.at(-1)!.extent)).map((phase) => {
    const steps = loopVar('j', Math.ceil((kernel.loops.at(-1)!.extent - phase) / stride));
    return withInnermost(kernel, [steps], add(mul(variable(steps), int(stride)), int(phase)));
  });

/** All phases of one step, then the next: the outputs are neighbours. A last step with fewer phases comes by itself. */
function stepAfterStep(kernel: LoopKernel, stride: number): readonly LoopKernel[] {
  const { extent } = kernel.loops.at(-1)!;
  const steps = loopVar('j', Math.floor(extent / stride));
  const [whole, rest] = [loopVar('k', stride), loopVar('k', extent % stride)];
  const position = add(mul(variable(steps), int(stride)), variable(whole));
  const pieces = [
    withInnermost(kernel, [steps, whole], position),
    withInnermost(kernel, [rest], add(variable(rest), int(extent - rest.extent))),
  ];
  return pieces.filter(({ loops }) => loops.every((loop) => loop.extent > 0));
}

/** The kernel with other loops in the place of its innermost, whose counter is `position` in them. */
function withInnermost(kernel: LoopKernel, inner: readonly LoopVar[], position: Expr): LoopKernel {
  const replace = substitution(new Map([[kernel.loops.at(-1)!, position]]));
  const loops = [...kernel.loops.slice(0, -1), ...inner];
  return { ...kernel, loops, index: replace(kernel.index), value: replace(kernel.value) };
}
