import { convTranspose, type Node, sizeOf } from '@polyphase/ir';
import type { Build, Data } from '../compile/build.ts';
import { leastColumns } from '../contractions/blocking.ts';
import { planEpilogue } from '../contractions/epilogue.ts';
import { canInterleave } from '../contractions/interleave.ts';
import { emitShuffle } from '../contractions/shuffle.ts';
import { packBlocks } from '../contractions/weights.ts';
import { defineFamily } from './family.ts';
import { finishInRegisters } from './finish.ts';
import {
  type ConvShape,
  convShape,
  hasKnownWeights,
  placesOf,
  positionAxes,
  range,
  weightsOf,
} from './geometry.ts';

/** Transposed convolutions whose kernel is as long as their stride, without crop: outputs do not overlap. */
export const shuffled = defineFamily(convTranspose, {
  name: 'shuffled',
  accepts(node) {
    const { kernel, stride, dilation, input } = convShape(node);
    const whole = node.attributes.crop.every(([begin, end]) => begin === 0 && end === 0);
    const apart = kernel.every(
      (length, axis) => length === stride[axis] && (length === 1 || dilation[axis] === 1),
    );
    return hasKnownWeights(node) && whole && apart && canInterleave(stride[2]) && input[2] >= leastColumns;
  },
  prepare: (step, node) => finishInRegisters(step, positionAxes(node)),
  emit(build, step, node) {
    const shape = convShape(node);
    const { batch, groups, channels, rows, input, stride } = shape;
    const { x, y, bias } = placesOf(step);
    const kernel = `pixel shuffle ${stride.join('x')}`;
    const shuffle = {
      ...{ batch, groups, channels, rows, input, stride },
      dtype: step.output.dtype,
      bias: bias !== undefined,
      epilogue: planEpilogue(step, positionAxes(node)),
    };
    const a = build.add(packPhases(build, node, shape));
    emitShuffle(build, { kernel, nodes: step.nodes }, shuffle, { a, x, y, bias });
  },
});

/** Weights [channel of all groups][row][kernel] as [group][row][depth, height][channel][width]. */
function packPhases(build: Build, node: Node, { groups, channels, rows, kernel }: ConvShape): Data {
  const count = rows * sizeOf(kernel);
  const weights = {
    elements: weightsOf(node),
    groups,
    groupStep: channels * count,
    rows: Int32Array.from(range(count)),
    inner: { count: channels, step: count, taps: [0] },
  };
  return packBlocks(build, weights, kernel[2]);
}
