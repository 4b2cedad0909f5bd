import { type AxisResampling, axisTable, isOp, opOf, sizeOf, upsample } from '@polyphase/ir';
import {
  type Bound,
  type Bounded,
  defineWith,
  type ErrorModel,
  hasError,
  type Layer,
  termsBehind,
} from './bounded.ts';
import { roundingsPerTerm } from './precision.ts';

/** The size of each result for operands of these sizes. */
type Magnitudes = (layer: Layer, sizesOf: (operand: Bounded) => Float64Array) => readonly Float64Array[];

/**
 * Sums of products: c * terms * u * sum |x * w|, the operands' errors multiplied out. `widest` also lets coefficients be
 * as large as roundings make them.
 */
const sumsOf =
  (magnitudes: Magnitudes, widest = magnitudes): ErrorModel =>
  (layer) => {
    const { node, operands, precision } = layer;
    const terms = opOf(node).terms(node.inputs, node.attributes);
    const sizes = magnitudes(layer, ({ value }) => value.data.map(Math.abs));
    const exact = widest === magnitudes && !operands.some((operand) => operand && hasError(operand));
    const greatest = exact
      ? sizes
      : widest(layer, ({ value, bound }) => value.data.map((x, i) => Math.abs(x) + bound.error[i]!));
    const relative = roundingsPerTerm * terms * precision.unit;
    return sizes.map(
      (size, output): Bound => ({
        error: greatest[output]!.map((most, i) => most - size[i]! + relative * most + terms * precision.tiny),
        terms: terms + termsBehind(operands),
      }),
    );
  };

/** Operations that are linear in each operand, all coefficients besides the operands being positive. */
export const sums = sumsOf((layer, sizesOf) => defineWith(layer, sizesOf));

/** The norms and sums of powers: they grow with the size of each element. `functions` are the units that roots and powers take. */
export const radial =
  (functions = 0): ErrorModel =>
  (layer) => {
    const { node, operands, precision, results } = layer;
    const terms = opOf(node).terms(node.inputs, node.attributes);
    const [greatest] = defineWith(layer, ({ value, bound }) =>
      value.data.map((x, i) => Math.abs(x) + bound.error[i]!),
    );
    const relative = (roundingsPerTerm * terms + 2 * functions) * precision.unit;
    const error = results[0]!.data.map(
      (y, i) => greatest![i]! - y + relative * greatest![i]! + terms * precision.tiny,
    );
    return [{ error, terms: termsBehind(operands) }];
  };

/** Elements that are only put elsewhere take their errors along. */
export const moved: ErrorModel = (layer) => {
  const terms = termsBehind(layer.operands);
  return defineWith(layer, ({ bound }) => bound.error).map((error) => ({ error, terms }));
};

/** How fast a weight of each filter changes with the coordinate, at most. */
const slopes = {
  nearest: 0,
  linear: 1,
  cubic: 2,
  lanczos: 2,
  mitchell: 1,
  gaussian: 2,
  area: 1,
  adaptive: 0,
} as const;

/** An implementation may compute coordinates in the type of the elements: some roundings of a number up to the axis' length. */
const coordinateRoundings = 4;

const resampledSizes =
  (widen: boolean): Magnitudes =>
  ({ node, operands, precision }, sizesOf) => {
    if (!isOp(node, upsample)) return [];
    const x = operands[0]!;
    let data = sizesOf(x);
    const shape = [...x.value.shape];
    for (const spec of node.attributes.axes) {
      const change = slopes[spec.filter.kind] * coordinateRoundings * precision.unit * Number(spec.from);
      data = resample(data, shape, spec, widen ? change : 0);
      shape[spec.axis] = Number(spec.to);
    }
    return [data];
  };

/** The sums of one axis over absolute weights, each `more` than in the table unless it is the only one. */
function resample(
  x: Float64Array,
  shape: readonly number[],
  spec: AxisResampling,
  more: number,
): Float64Array {
  const { taps, first, weights } = axisTable(spec);
  const [from, to] = [shape[spec.axis]!, first.length];
  const inner = sizeOf(shape.slice(spec.axis + 1));
  return Float64Array.from({ length: (x.length / from) * to || 0 }, (_, i) => {
    const [o, position] = [Math.floor(i / inner) % to, i % inner];
    const base = (Math.floor(i / inner / to) * from + first[o]!) * inner + position;
    let sum = 0;
    for (let t = 0; t < taps; t++) {
      const weight = Math.abs(weights[o * taps + t]!) + (taps > 1 ? more : 0);
      sum += weight * x[base + t * inner]!;
    }
    return sum;
  });
}

/** Resampling, whose weights may be negative. Nearest copies. */
const interpolated = sumsOf(resampledSizes(false), resampledSizes(true));

export const resampled: ErrorModel = (layer) => {
  const { node, operands } = layer;
  const copies =
    isOp(node, upsample) && node.attributes.axes.every(({ filter }) => filter.kind === 'nearest');
  if (!copies) return interpolated(layer);
  const terms = termsBehind(operands);
  return resampledSizes(false)(layer, ({ bound }) => bound.error).map((error) => ({ error, terms }));
};
