import { convTranspose, type Node } from '@polyphase/ir';
import type { Data } from '../compile/build.ts';
import { leastColumns } from '../contractions/blocking.ts';
import { planEpilogue } from '../contractions/epilogue.ts';
import { canInterleave } from '../contractions/interleave.ts';
import { emitShuffle } from '../contractions/shuffle.ts';
import { defineFamily } from './family.ts';
import { finishInRegisters } from './finish.ts';
import { type ConvShape, convShape, hasKnownWeights, placesOf, positionAxes, weightsOf } from './geometry.ts';

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
    const a = build.add(packPhases(node, shape));
    emitShuffle(build, { kernel, nodes: step.nodes }, shuffle, { a, x, y, bias });
  },
});

/** Weights [channel of all groups][row][kernel] as [group][row][depth, height][channel][width]. */
const packPhases = (node: Node, { groups, channels, rows, kernel }: ConvShape): Data => {
  const elements = weightsOf(node);
  const [depth, height, width] = kernel;
  return {
    bytes: elements.byteLength,
    fill(memory, address) {
      const packed = new Float32Array(memory, address, elements.length);
      let at = 0;
      for (let group = 0; group < groups; group++)
        for (let row = 0; row < rows; row++)
          for (let line = 0; line < depth * height; line++)
            for (let channel = 0; channel < channels; channel++) {
              const from = (((group * channels + channel) * rows + row) * depth * height + line) * width;
              for (let i = 0; i < width; i++) packed[at++] = elements[from + i]!;
            }
    },
  };
};
