import { convTranspose } from '@polyphase/ir';
import type { Data } from '../compile/build.ts';
import { leastColumns } from '../contractions/blocking.ts';
import {
  type DepthwiseTransposed,
  emitDepthwiseTransposed,
  type PhasedAxis,
  phasedAxis,
} from '../contractions/depthwise-transposed.ts';
import { planEpilogue } from '../contractions/epilogue.ts';
import { canInterleave } from '../contractions/interleave.ts';
import { defineFamily } from './family.ts';
import { finishInRegisters } from './finish.ts';
import {
  beginsInThree,
  type ConvNode,
  convShape,
  hasKnownWeights,
  placesOf,
  positionAxes,
  weightsOf,
} from './geometry.ts';

/** Products of one output row in more registers than this are read from memory too often. */
const mostWeights = 32;

/** Transposed convolutions, in one or two dimensions, of which each output channel has an input channel of its own. */
export const depthwiseTransposed = defineFamily(convTranspose, {
  name: 'depthwise transposed',
  accepts(node) {
    const { rows, channels, input, output, kernel, stride } = convShape(node);
    const crops = beginsInThree(node.attributes.crop);
    const isDepthwise = rows === 1 && channels === 1 && hasKnownWeights(node);
    const isPlanar =
      kernel[0] === 1 && stride[0] === 1 && crops[0] === 0 && input[0] === 1 && output[0] === 1;
    const isWhole = output[2] % stride[2] === 0 && output[2] >= leastColumns * stride[2];
    const weights = Math.ceil(kernel[1] / stride[1]) * kernel[2];
    return isDepthwise && isPlanar && isWhole && canInterleave(stride[2]) && weights <= mostWeights;
  },
  prepare: (step, node) => finishInRegisters(step, positionAxes(node)),
  emit(build, step, node) {
    const { batch, groups, kernel, stride } = convShape(node);
    const [, height, width] = axesOf(node, beginsInThree(node.attributes.crop));
    const layer: DepthwiseTransposed = {
      ...{ batch, channels: groups, height, width, dtype: step.output.dtype },
      bias: step.inputs[2] !== undefined,
      epilogue: planEpilogue(step, positionAxes(node)),
    };
    const w = build.add(kernelsOf(weightsOf(node)));
    const name = `depthwise transposed ${kernel[1]}x${kernel[2]} by ${stride[1]}x${stride[2]}`;
    emitDepthwiseTransposed(build, { kernel: name, nodes: step.nodes }, layer, { w, ...placesOf(step) });
  },
});

const kernelsOf = (weights: Float32Array): Data => ({
  bytes: weights.byteLength,
  fill: (memory, address) => new Float32Array(memory, address, weights.length).set(weights),
});

function axesOf(
  node: ConvNode,
  crops: readonly [number, number, number],
): readonly [PhasedAxis, PhasedAxis, PhasedAxis] {
  const { input, output, kernel, stride, dilation } = convShape(node);
  const axis = (a: 0 | 1 | 2): PhasedAxis =>
    phasedAxis(
      { input: input[a], output: output[a], kernel: kernel[a] },
      { stride: stride[a], dilation: dilation[a], crop: crops[a] },
    );
  return [axis(0), axis(1), axis(2)];
}
