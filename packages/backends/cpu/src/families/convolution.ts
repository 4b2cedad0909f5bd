import { conv } from '@polyphase/ir';
import { leastColumns } from '../contractions/blocking.ts';
import type { TapAxis } from '../contractions/border.ts';
import { type Correlation, emitCorrelation, rowBlocking } from '../contractions/correlation.ts';
import { planEpilogue } from '../contractions/epilogue.ts';
import { packRows } from '../contractions/weights.ts';
import { defineFamily } from './family.ts';
import { finishInRegisters, finishPadded } from './finish.ts';
import {
  beginsInThree,
  convShape,
  convWeights,
  hasKnownWeights,
  placesOf,
  positionAxes,
  range,
  weightsOf,
} from './geometry.ts';

/** Convolutions of any shape, row by row of the output. */
export const convolution = defineFamily(conv, {
  name: 'convolution',
  accepts: hasKnownWeights,
  prepare(step, node) {
    const narrow = convShape(node).output[2] < leastColumns;
    return narrow ? finishPadded(step, leastColumns) : finishInRegisters(step, positionAxes(node));
  },
  emit(build, step, node) {
    const shape = convShape(node);
    const begins = beginsInThree(node.attributes.pads);
    const axis = (a: 0 | 1 | 2): TapAxis => ({
      input: shape.input[a],
      output: a === 2 ? Math.max(shape.output[a], leastColumns) : shape.output[a],
      step: shape.stride[a],
      taps: range(shape.kernel[a]).map((tap) => tap * shape.dilation[a] - begins[a]),
    });
    const correlation: Correlation = {
      batch: shape.batch,
      groups: shape.groups,
      rows: shape.rows,
      planes: { channels: shape.channels, axes: [axis(0), axis(1), axis(2)] },
      y: { dtype: step.output.dtype, imageRows: shape.rows },
      bias: shape.bias,
      epilogue: planEpilogue(step, positionAxes(node)),
    };
    const blocking = rowBlocking(build, correlation);
    const { x, y, bias } = placesOf(step);
    const a = build.add(packRows(build, convWeights(weightsOf(node), shape), blocking));
    const kernel = `convolution ${blocking.rows}x${blocking.starts.length}`;
    emitCorrelation(build, { kernel, nodes: step.nodes }, correlation, { a, b: x, y, bias });
  },
});
