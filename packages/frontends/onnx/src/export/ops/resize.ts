import {
  type AxisResampling,
  type AxisTable,
  axisTable,
  type CoordinateMap,
  type DType,
  floorDiv,
  mulDims,
  type NearestRounding,
  scaledLength,
  type UpsampleAttributes,
  type Value,
} from '@polyphase/ir';
import { type Attributes, float, int, text } from '../attributes.ts';
import type { Exporting } from '../exporting.ts';
import { constantOf } from './shared.ts';

/** What the axes of one Resize node share. */
type Common = Pick<AxisResampling, 'map' | 'filter' | 'antialias' | 'border'>;

/** A Resize node that means the layer: its scales, or else the sizes that the layer has. */
interface Plan {
  readonly common: Common;
  readonly scales?: readonly number[];
}

/** The layer as one Resize node; undefined where there is none that onnxruntime computes exactly so. */
export function resizeNode(
  x: Value,
  { axes, extrapolation }: UpsampleAttributes,
  context: Exporting,
): Value | undefined {
  const changed = axes.filter((spec) => !isIdentity(spec));
  const plan = planFor(x, changed, context.opset);
  if (!plan) return undefined;
  const { common, scales } = plan;
  const rank = x.type.shape.length;
  const floats = (values: readonly number[]): Value =>
    constantOf(context, 'float32', [values.length], Float64Array.from(values));
  const inputs = [
    x,
    common.map === 'tf_crop_and_resize' ? floats(roiOf(changed, rank)) : undefined,
    scales && floats(scales),
    scales ? undefined : context.lengths(context.types[0]!.shape),
  ];
  return context.node('Resize', scales ? inputs.slice(0, 3) : inputs, attributesOf(common, extrapolation));
}

function roiOf(axes: readonly AxisResampling[], rank: number): number[] {
  const rois = Array.from(
    { length: rank },
    (_, axis) => axes.find((spec) => spec.axis === axis)?.roi ?? [0, 1],
  );
  return [...rois.map(([start]) => start), ...rois.map(([, end]) => end)];
}

function attributesOf({ map, filter, antialias, border }: Common, extrapolation: number): Attributes {
  return {
    mode: text(filter.kind),
    coordinate_transformation_mode: text(map),
    ...(filter.kind === 'nearest' && { nearest_mode: text(filter.rounding) }),
    ...(filter.kind === 'cubic' && { cubic_coeff_a: float(filter.coefficient) }),
    ...(antialias && { antialias: int(1) }),
    ...(border === 'renormalise' && { exclude_outside: int(1) }),
    ...(map === 'tf_crop_and_resize' && { extrapolation_value: float(extrapolation) }),
  };
}

function planFor(x: Value, axes: readonly AxisResampling[], opset: number): Plan | undefined {
  const rank = x.type.shape.length;
  for (const common of candidatesFor(axes)) {
    if (!isWritable(common, opset) || !isComputed(common, x.type.dtype, rank, axes)) continue;
    const scales = common.map === 'tf_crop_and_resize' ? undefined : scalesOf(axes, rank);
    const plans: readonly Plan[] = scales ? [{ common, scales }, { common }] : [{ common }];
    const plan = plans.find(({ scales }) => axes.every((spec) => means(spec, common, scales?.[spec.axis])));
    if (plan) return plan;
  }
  return undefined;
}

const maps: readonly CoordinateMap[] = ['half_pixel', 'asymmetric', 'align_corners'];
const roundings: readonly NearestRounding[] = ['floor', 'round_prefer_floor', 'round_prefer_ceil', 'ceil'];

function commonOf({ map, filter, antialias, border }: AxisResampling): Common {
  const stretches = antialias && filter.kind !== 'nearest';
  const renormalises = filter.kind === 'cubic' || stretches;
  return { map, filter, antialias: stretches, border: renormalises ? border : 'clamp' };
}

/** The first axis' own setting; for nearest also the others, which may choose the same elements. */
function candidatesFor([first]: readonly AxisResampling[]): readonly Common[] {
  if (!first) return [];
  const own = commonOf(first);
  if (own.filter.kind !== 'nearest') return [own];
  const others = maps.flatMap((map) =>
    roundings.map((rounding): Common => ({ ...own, map, filter: { kind: 'nearest', rounding } })),
  );
  return [own, ...others];
}

function isWritable({ map, filter, antialias }: Common, opset: number): boolean {
  if (filter.kind !== 'nearest' && filter.kind !== 'linear' && filter.kind !== 'cubic') return false;
  if (map === 'tf_half_pixel_for_nn' || (map === 'tf_crop_and_resize' && antialias)) return false;
  return (!antialias || opset >= 18) && (map !== 'half_pixel_symmetric' || opset >= 19);
}

const nearestTypes: readonly DType[] = ['float32', 'float16', 'int32', 'int8', 'uint8'];
const smoothTypes: readonly DType[] = ['float32', 'float16'];

/**
 * Between transpositions onnxruntime moves cubic to the other order of axes, where it refuses to shrink without
 * antialiasing and computes a roi wrongly.
 */
const survivesTransposition = ({ map, antialias }: Common, axes: readonly AxisResampling[]): boolean =>
  antialias || (map !== 'tf_crop_and_resize' && axes.every(grows));

const grows = ({ from, to, scale = 1 }: AxisResampling): boolean =>
  typeof from === 'number' && typeof to === 'number' ? to >= from : scale >= 1;

/** What onnxruntime has kernels for: nearest of any axes, linear of up to three and cubic of two, the last ones. */
function isComputed(common: Common, dtype: DType, rank: number, axes: readonly AxisResampling[]): boolean {
  const { filter } = common;
  if (filter.kind === 'nearest') return nearestTypes.includes(dtype);
  if (!smoothTypes.includes(dtype)) return false;
  const spatial = axes.every(({ axis }) => axis >= 2);
  if (filter.kind === 'cubic')
    return (rank === 2 || (rank === 4 && spatial)) && survivesTransposition(common, axes);
  return rank === 2 || rank === 3 || ((rank === 4 || rank === 5) && spatial);
}

/** One scale for each axis of the operand; undefined when lengths cannot be said by scales. */
function scalesOf(axes: readonly AxisResampling[], rank: number): readonly number[] | undefined {
  const scales = new Array<number>(rank).fill(1);
  for (const spec of axes) {
    const scale = spec.scale ?? ratioOf(spec);
    if (scale === undefined || scaledLength(spec.from, Math.fround(scale)) !== spec.to) return undefined;
    scales[spec.axis] = Math.fround(scale);
  }
  return scales;
}

const openRatios = Array.from({ length: 64 }, (_, i) => i + 1);

/** The ratio of the lengths when float32 holds it. */
function ratioOf({ from, to }: AxisResampling): number | undefined {
  if (typeof from === 'number' && typeof to === 'number')
    return Math.fround(to / from) === to / from ? to / from : undefined;
  const multiple = openRatios.find((k) => mulDims(k, from) === to);
  if (multiple !== undefined) return multiple;
  const part = openRatios.find((k) => floorDiv(from, k) === to && Number.isInteger(Math.log2(k)));
  return part && 1 / part;
}

const isOpen = ({ from, to }: AxisResampling): boolean => typeof from !== 'number' || typeof to !== 'number';

/** An axis of one length that every element of is copied. onnxruntime copies it too, whatever the scale. */
const isIdentity = (spec: AxisResampling): boolean =>
  !isOpen(spec) && spec.from === spec.to && isSame(axisTable(spec), identityTable(spec.from as number));

const identityTable = (length: number): AxisTable => ({
  taps: 1,
  first: Int32Array.from({ length }, (_, i) => i),
  weights: new Float64Array(length).fill(1),
});

/** Whether onnxruntime's Resize makes of this axis what the layer says. Of equal lengths it copies. */
function means(spec: AxisResampling, common: Common, scale: number | undefined): boolean {
  const { axis, from, to, roi } = spec;
  if (isOpen(spec)) return meansOpen(spec, common, scale);
  if (from === to) return false;
  const written: AxisResampling = {
    axis,
    from,
    to,
    ...common,
    ...(common.map === 'tf_crop_and_resize' && { roi: roi ?? [0, 1] }),
    ...(scale !== undefined && { scale }),
    profile: 'onnx',
  };
  return isSame(axisTable(spec), axisTable(written));
}

/**
 * Of open lengths no table can be compared. PyTorch's and TensorFlow's nearest elements are onnxruntime's where the
 * scale is a power of two; TensorFlow's cubic weights are its own.
 */
function meansOpen(spec: AxisResampling, common: Common, scale: number | undefined): boolean {
  const { filter, antialias, profile } = spec;
  if (JSON.stringify(commonOf(spec)) !== JSON.stringify(common)) return false;
  if (spec.scale !== undefined && scale === undefined) return false;
  if (profile === 'onnx' || filter.kind === 'linear') return true;
  if (filter.kind === 'cubic') return profile === 'torch' || antialias;
  return scale !== undefined && Number.isInteger(Math.log2(scale));
}

/** Weights of two tables may differ by the rounding of a scale to float32. */
const slack = 2 ** -20;

/** Whether two tables give every element the same sum. */
function isSame(a: AxisTable, b: AxisTable): boolean {
  return a.first.every((_, o) => {
    const begin = Math.min(a.first[o]!, b.first[o]!);
    const end = Math.max(a.first[o]! + a.taps, b.first[o]! + b.taps);
    for (let i = begin; i < end; i++)
      if (Math.abs(weightAt(a, o, i) - weightAt(b, o, i)) > slack) return false;
    return (a.outside?.[o] ?? 0) === (b.outside?.[o] ?? 0);
  });
}

function weightAt({ taps, first, weights }: AxisTable, o: number, i: number): number {
  const tap = i - first[o]!;
  return tap >= 0 && tap < taps ? weights[o * taps + tap]! : 0;
}
