import { type ConvAttributes, conv, convTranspose, isOp, type Node, type Op } from '@polyphase/ir';
import type { Build } from '../compile/build.ts';
import { leastColumns } from '../contractions/blocking.ts';
import { columnsBlocking, costOfColumns, emitColumns } from '../contractions/columns.ts';
import { planEpilogue } from '../contractions/epilogue.ts';
import { leastInterleaved } from '../contractions/interleaved-row.ts';
import type { Phased } from '../contractions/phased.ts';
import { packRows, type Weights } from '../contractions/weights.ts';
import { amplification, type CookToom, cookToom, mostPoints } from '../winograd/cook-toom.ts';
import { type Choice, defineFamily, type Family } from './family.ts';
import { finishInRegisters } from './finish.ts';
import {
  beginsInThree,
  type ConvNode,
  convShape,
  convWeights,
  hasKnownWeights,
  placesOf,
  positionAxes,
  range,
  weightsOf,
} from './geometry.ts';
import { transposedSource } from './transposed.ts';
import { costElsewhere } from './winograd.ts';

/** With more output channels, tiles along both axes take fewer products. */
const mostRows = 16;
/** With fewer input channels, rows take longer on their way in and out than their products. */
const leastChannels = 8;
/** With more channels to sum up, tiles of six products pass the largest error that is allowed. */
const mostChannels = 256;

/** What the classes of a node sum up, and their weights. */
interface Source {
  readonly phased: Phased;
  readonly weights: readonly Weights[];
}

function convSource(node: Node<ConvAttributes>): Source {
  const shape = convShape(node);
  const [, kh, kw] = shape.kernel;
  const begins = beginsInThree(node.attributes.pads);
  const taps = [
    [0],
    range(kh).map((t) => t - begins[1]),
    range(kw).map((t) => t * shape.dilation[2] - begins[2]),
  ] as const;
  const axis = (a: 0 | 1 | 2) => ({ input: shape.input[a], output: shape.output[a], step: 1, taps: taps[a] });
  const phased: Phased = {
    batch: shape.batch,
    groups: shape.groups,
    rows: shape.rows,
    planes: { channels: shape.channels, axes: [axis(0), axis(1), axis(2)] },
    classes: [{ taps, count: 1, first: 0 }],
    places: new Int32Array(1),
    stride: [1, 1, 1],
    output: [1, shape.output[1], shape.output[2]],
    dtype: 'float32',
    bias: shape.bias,
    epilogue: undefined,
  };
  const size = kh * kw;
  const channels = { count: shape.channels, step: size, taps: range(size) };
  return { phased, weights: [{ ...convWeights(weightsOf(node), shape), inner: channels }] };
}

function sourceOf(node: ConvNode): Source | undefined {
  if (isOp(node, conv)) return convSource(node);
  return isOp(node, convTranspose) ? transposedSource(node) : undefined;
}

/** With one tap there is nothing to save: the rows as they are. */
function algorithmOf(outputs: number, taps: number): CookToom {
  if (taps > 1) return cookToom(outputs, taps);
  const unit = range(outputs).map((i) => range(outputs).map((j) => Number(i === j)));
  return { outputs, taps, points: outputs, input: unit, kernel: unit.map(() => [1]), output: unit };
}

const areConsecutive = (taps: readonly number[]): boolean =>
  Math.max(...taps) - Math.min(...taps) === taps.length - 1;

/** Whether it can compute a node: few channels of a plane, neighbouring rows. */
function fits(node: ConvNode): boolean {
  const { kernel, stride, input, output, dilation, rows } = convShape(node);
  const isPlane = [kernel[0], stride[0], input[0], output[0]].every((length) => length === 1);
  const phases = stride[1] * stride[2];
  if (!isPlane || kernel[1] === 1 || dilation[1] !== 1) return false;
  if (isOp(node, conv) ? phases > 1 || output[2] < leastColumns : output[2] < leastInterleaved(stride[2]))
    return false;
  return rows * phases <= mostRows && hasKnownWeights(node);
}

interface Chosen extends Source {
  readonly algorithms: readonly CookToom[];
}

/** The fastest tiles, unless others are faster. */
function choose(node: ConvNode, choice: Choice): Chosen | undefined {
  const { accuracy, family, relaxed } = choice;
  if (accuracy === 'exact' || (family && family !== 'columns') || !fits(node)) return undefined;
  if (!family && convShape(node).channels < leastChannels) return undefined;
  const source = sourceOf(node);
  if (!source) return undefined;
  const { classes, planes } = source.phased;
  const taps = Math.max(...classes.map((each) => each.taps[1].length));
  if (taps === 1 || !classes.every((each) => areConsecutive(each.taps[1]))) return undefined;
  const points = planes.channels > mostChannels ? mostPoints - 1 : mostPoints;
  const options = range(points - taps + 2).flatMap((outputs) => {
    if (outputs < 2) return [];
    const algorithms = classes.map((each) => algorithmOf(outputs, each.taps[1].length));
    return { algorithms, cost: costOfColumns(source.phased, algorithms, relaxed) };
  });
  const [best] = options.sort((a, b) => a.cost - b.cost);
  if (!best || (!family && best.cost > costElsewhere(node, choice))) return undefined;
  return { ...source, algorithms: best.algorithms };
}

/** The weights of a class at all points: [group][point][row][channel][tap along the width]. */
function transformed({ weights, phased }: Chosen, i: number, { kernel, points }: CookToom): Weights {
  const { elements, groups, groupStep, rows, inner } = weights[i]!;
  const [, ys, xs] = phased.classes[i]!.taps;
  const low = Math.min(...ys);
  const width = xs.length;
  const size = rows.length * inner.count * width;
  const result = new Float32Array(groups * points * size);
  let at = 0;
  for (let g = 0; g < groups; g++)
    for (let p = 0; p < points; p++)
      for (const row of rows)
        for (let c = 0; c < inner.count; c++)
          for (let x = 0; x < width; x++) {
            let sum = 0;
            for (let t = 0; t < ys.length; t++) {
              const tap = inner.taps[ys.indexOf(low + t) * width + x]!;
              if (tap >= 0) sum += kernel[p]![t]! * elements[g * groupStep + row + c * inner.step + tap]!;
            }
            result[at++] = sum;
          }
  return {
    elements: result,
    groups: groups * points,
    groupStep: size,
    rows: Int32Array.from(rows, (_, r) => r * inner.count * width),
    inner: { count: inner.count, step: width, taps: range(width) },
  };
}

/** The family for one of the two operations. */
const columnsOf = <A extends ConvNode['attributes']>(op: Op<string, A>): Family =>
  defineFamily(op, {
    name: 'columns',
    accepts: (node, choice) => choose(node, choice) !== undefined,
    prepare: (step, node) => finishInRegisters(step, positionAxes(node)),
    emit(build: Build, step, node) {
      const chosen = choose(node, build.choice)!;
      const { algorithms } = chosen;
      const epilogue = planEpilogue(step, positionAxes(node));
      const phased = { ...chosen.phased, dtype: step.output.dtype, epilogue };
      const a = algorithms.map((each, i) =>
        build.add(
          packRows(build, transformed(chosen, i, each), columnsBlocking(build, phased, phased.classes[i]!)),
        ),
      );
      const { x, y, bias } = placesOf(step);
      const errorFactor = Math.max(...algorithms.map(amplification));
      const kernel = `columns ${algorithms[0]!.outputs}`;
      emitColumns(build, { kernel, nodes: step.nodes, errorFactor }, phased, algorithms, { a, x, y, bias });
    },
  });

/** Convolutions and transposed ones with few output channels, in tiles along the height. */
export const columns: readonly Family[] = [columnsOf(conv), columnsOf(convTranspose)];
