import { conv, convTranspose, isOp, type Node, type Op, sizeOf } from '@polyphase/ir';
import { leastColumns } from '../contractions/blocking.ts';
import { planEpilogue } from '../contractions/epilogue.ts';
import { type Origin, type SourceAxis, type TileAxis, tileAxis, tileSizes } from '../winograd/axis.ts';
import { amplification, mostPoints } from '../winograd/cook-toom.ts';
import { costOfSums, costOfTiling } from '../winograd/cost.ts';
import { emitWinograd } from '../winograd/emit.ts';
import { hasCode, planTiles, type Tiling } from '../winograd/plan.ts';
import { type Kernels, transformedWeights } from '../winograd/weights.ts';
import { type Choice, defineFamily, type Family } from './family.ts';
import { finishInRegisters } from './finish.ts';
import {
  beginsInThree,
  type ConvNode,
  type ConvShape,
  convShape,
  hasKnownWeights,
  placesOf,
  positionAxes,
  weightsOf,
} from './geometry.ts';
import { type Variant, variantOf } from './pins.ts';
import { costOfTransposed, phasesComputed } from './transposed.ts';

/** What a node of either kind has to say. */
interface Kind {
  readonly kind: SourceAxis['kind'];
  /** What is cut off before the first output. */
  crops(node: Node): readonly [number, number, number];
  kernels(shape: ConvShape): Omit<Kernels, 'elements' | 'width' | 'size'>;
}

const convolutions: Kind = {
  kind: 'conv',
  crops: (node) => {
    const [z, y, x] = beginsInThree((node.attributes as { pads: [number, number][] }).pads);
    return [-z, -y, -x];
  },
  kernels: ({ rows, channels, kernel: [, height, width] }) => ({
    group: rows * channels * height * width,
    row: channels * height * width,
    channel: height * width,
  }),
};

const transposed: Kind = {
  kind: 'transposed',
  crops: (node) => beginsInThree((node.attributes as { crop: [number, number][] }).crop),
  kernels: ({ rows, channels, kernel: [, height, width] }) => ({
    group: channels * rows * height * width,
    row: height * width,
    channel: rows * height * width,
  }),
};

function axesOf({ kind, crops }: Kind, node: ConvNode): readonly [SourceAxis, SourceAxis] {
  const { input, output, kernel, stride } = convShape(node);
  const begins = crops(node);
  const axis = (a: 1 | 2): SourceAxis => ({
    kind,
    input: input[a],
    output: output[a],
    kernel: kernel[a],
    stride: stride[a],
    crop: begins[a],
  });
  return [axis(1), axis(2)];
}

/** With more channels to sum up, tiles of six products pass the largest error that is allowed. */
const mostChannels = 256;

const isExactEnough = ({ algorithm }: TileAxis, channels: number): boolean =>
  algorithm.points < mostPoints || channels <= mostChannels;

/** The tiles of a variant; undefined where an axis has none of this size. */
function tilingOf(kind: Kind, node: ConvNode, { outputs, origin }: Variant): Tiling | undefined {
  const { batch, groups, channels, rows } = convShape(node);
  const axes = axesOf(kind, node).map((axis) => {
    const size = tileSizes(axis).length === 1 ? 1 : outputs;
    return tileSizes(axis).includes(size) ? tileAxis(axis, size, origin) : undefined;
  });
  const [y, x] = axes;
  if (!y || !x || !isExactEnough(y, channels) || !isExactEnough(x, channels)) return undefined;
  return hasCode([y, x]) ? { batch, groups, channels, rows, axes: [y, x] } : undefined;
}

/** Whether tiles can compute it at all. */
function fits(kind: Kind, node: ConvNode): boolean {
  const { kernel, stride, dilation, input, output } = convShape(node);
  const isStrided = kind.kind === 'conv' && stride.some((step) => step !== 1);
  const isPlane = [kernel[0], stride[0], output[0], input[0]].every((length) => length === 1);
  const isDense = dilation.every((step, a) => step === 1 || kernel[a] === 1);
  if (isStrided || !isPlane || !isDense || output[2] < leastColumns) return false;
  const sizes = axesOf(kind, node).map((axis) => tileSizes(axis).length);
  return sizes.some((count) => count > 1) && sizes.every((count) => count > 0) && hasKnownWeights(node);
}

const variantsOf = (kind: Kind, node: ConvNode): readonly Variant[] => {
  const outputs = [...new Set(axesOf(kind, node).flatMap(tileSizes))].filter((size) => size > 1);
  const strided = axesOf(kind, node).some(({ stride }) => stride > 1);
  const origins: readonly Origin[] = strided ? ['shared', 'own'] : ['own'];
  return outputs.flatMap((size) => origins.map((origin) => ({ outputs: size, origin })));
};

/** What was chosen, by all that it depends on: many layers of a network have one shape. */
const chosen = new WeakMap<Choice, Map<string, Tiling | undefined>>();

/** The tiles that a node is computed in: those of the pinned family, or the fastest unless plain sums are faster. */
function tilesFor(kind: Kind, node: ConvNode, choice: Choice): Tiling | undefined {
  if (choice.accuracy === 'exact' || !fits(kind, node)) return undefined;
  const known = chosen.get(choice) ?? new Map<string, Tiling | undefined>();
  chosen.set(choice, known);
  const phases = isOp(node, convTranspose) ? phasesComputed(node) : 1;
  const key = JSON.stringify([kind.kind, kind.crops(node), convShape(node), phases]);
  if (!known.has(key)) known.set(key, choose(kind, node, choice));
  return known.get(key);
}

function choose(kind: Kind, node: ConvNode, { family, relaxed }: Choice): Tiling | undefined {
  const pinned = family && family !== 'columns' ? variantOf(family) : undefined;
  if (family) return pinned && tilingOf(kind, node, pinned);
  const costs = variantsOf(kind, node).flatMap((variant) => {
    const tiling = tilingOf(kind, node, variant);
    return tiling ? [{ tiling, cost: costOfTiling(tiling, relaxed) }] : [];
  });
  const [best] = costs.sort((a, b) => a.cost - b.cost);
  return best && best.cost < costOfPlain(node, relaxed) ? best.tiling : undefined;
}

/** About how many nanoseconds sums of the products themselves take. */
const costOfPlain = (node: ConvNode, relaxed: boolean): number =>
  isOp(node, convTranspose) ? costOfTransposed(node, relaxed) : costOfSums(convShape(node), relaxed);

/** About how many nanoseconds the fastest tiles take, or plain sums if they are faster. */
export function costElsewhere(node: ConvNode, choice: Choice): number {
  const tiling = tilesFor(isOp(node, convTranspose) ? transposed : convolutions, node, choice);
  return tiling ? costOfTiling(tiling, choice.relaxed) : costOfPlain(node, choice.relaxed);
}

/** The family for one of the two operations. */
const winogradOf = <A extends ConvNode['attributes']>(op: Op<string, A>, kind: Kind): Family =>
  defineFamily(op, {
    name: 'winograd',
    accepts: (node, choice) => tilesFor(kind, node, choice) !== undefined,
    prepare: (step, node) => finishInRegisters(step, positionAxes(node)),
    emit(build, step, node) {
      const shape = convShape(node);
      const tiling = tilesFor(kind, node, build.choice)!;
      const plan = planTiles(tiling, {
        dtype: step.output.dtype,
        bias: shape.bias && step.inputs[2] !== undefined,
        epilogue: planEpilogue(step, positionAxes(node)),
      });
      const [y, x] = tiling.axes;
      const kernels = {
        ...kind.kernels(shape),
        elements: weightsOf(node),
        width: shape.kernel[2],
        size: sizeOf(shape.kernel),
      };
      const { x: input, y: output, bias } = placesOf(step);
      emitWinograd(
        build,
        {
          kernel: `winograd ${y.algorithm.outputs}x${x.algorithm.outputs}`,
          nodes: step.nodes,
          errorFactor: amplification(y.algorithm) * amplification(x.algorithm),
        },
        plan,
        { u: build.add(transformedWeights(build, plan, kernels)), x: input, y: output, bias },
      );
    },
  });

/** Convolutions and transposed ones in tiles, where that takes fewer products and less time. */
export const winograd: readonly Family[] = [
  winogradOf(conv, convolutions),
  winogradOf(convTranspose, transposed),
];
