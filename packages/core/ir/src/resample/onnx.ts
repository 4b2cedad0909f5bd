import { type Dim, printShape } from '../dim.ts';
import { need } from '../op.ts';
import { normalAxis } from '../ops/shared.ts';
import { checkName } from './check.ts';
import { openLength, type ResampledAxes, resampledAxes } from './resampled.ts';
import {
  type AxisResampling,
  type CoordinateMap,
  coordinateMaps,
  type NearestRounding,
  nearestRoundings,
  type ResampleFilter,
} from './spec.ts';

/**
 * An ONNX Resize or Upsample node: its attributes, their defaults being those of Resize-19, and the elements
 * of its operands. `scales`, `sizes` and `roi` have one entry (roi two) for each of `axes`, which default to
 * all.
 */
export interface OnnxResize {
  readonly inputShape: readonly Dim[];
  readonly opset: number;
  readonly scales?: readonly number[] | undefined;
  readonly sizes?: readonly number[] | undefined;
  /** Starts, then ends. */
  readonly roi?: readonly number[] | undefined;
  readonly axes?: readonly number[] | undefined;
  readonly mode?: string | undefined;
  readonly coordinateTransformationMode?: string | undefined;
  readonly nearestMode?: string | undefined;
  readonly cubicCoeffA?: number | undefined;
  readonly excludeOutside?: boolean | undefined;
  readonly extrapolationValue?: number | undefined;
  readonly antialias?: boolean | undefined;
  readonly keepAspectRatioPolicy?: string | undefined;
}

export interface ResizedAxes extends ResampledAxes {
  readonly extrapolation: number;
}

const modes = ['nearest', 'linear', 'cubic'] as const;
const policies = ['stretch', 'not_larger', 'not_smaller'] as const;

/**
 * ONNX Resize (10 and later) and Upsample (7, 9) as resamplings of axes. Upsample and Resize-10 are
 * asymmetric, and nearest there takes the floor where an axis grows and the ceiling where it shrinks.
 *
 * Where the specification, its test data and runtimes contradict each other:
 * - align_corners with a fractional scale * length: the last output element is that of the integer length, as
 *   in the specification and in runtimes. The data of test_resize_downsample_scales_linear_align_corners and
 *   its cubic twin divide by scale * length - 1.
 * - pytorch_half_pixel to length 1: coordinate 0 (specification, onnxruntime); the reference evaluator has
 *   -1/2.
 * - tf_crop_and_resize with scales: length floor(in * (end - start) * scale) (specification); onnxruntime and
 *   the reference evaluator leave the roi out.
 * - floor(in * scale) in float32 (onnxruntime): 10 * 1.4 is 14; in the reference evaluator's float64 it is
 *   13.
 * - An axis of scale 1 is copied unless a roi crops it; onnxruntime ignores the roi there.
 * - A scale other than 1 that leaves the length resamples (specification); onnxruntime copies in some modes.
 * - keep_aspect_ratio_policy: lengths are rounded half up, and its one scale sets the coordinates of every
 *   axis.
 *
 * @throws PP2003, PP2002, PP2004 with the node's own numbers.
 */
export function resizeAxes(node: OnnxResize): ResizedAxes {
  const { inputShape, extrapolationValue = 0 } = node;
  const axes = (node.axes?.length ? node.axes : inputShape.map((_, axis) => axis)).map((axis) =>
    normalAxis(axis, inputShape.length),
  );
  need(new Set(axes).size === axes.length, 'PP2003', () => [
    `axes is [${axes.join(', ')}]`,
    'Name every axis once',
  ]);
  const common = commonOf(node);
  const rois = roiOf(node, common.map, axes.length);
  const resized = lengthsOf(node, axes, rois);
  const specs = axes.map((axis, i): AxisResampling => {
    const { to, scale } = resized[i]!;
    const from = inputShape[axis]!;
    const filter = filterOf(node, scale ?? 1);
    const roi = rois?.[i];
    return {
      axis,
      from,
      to,
      ...(decides(from, to, scale) && { scale }),
      ...(roi && { roi }),
      filter,
      ...common,
    };
  });
  return { ...resampledAxes(inputShape, specs), extrapolation: extrapolationValue };
}

type Common = Pick<AxisResampling, 'map' | 'antialias' | 'border' | 'profile'>;

function commonOf({
  opset,
  coordinateTransformationMode = 'half_pixel',
  antialias,
  excludeOutside,
  mode,
}: OnnxResize): Common {
  const map: string = opset < 11 ? 'asymmetric' : coordinateTransformationMode;
  checkName<CoordinateMap>('coordinate_transformation_mode', map, coordinateMaps);
  const nearest = mode === undefined || mode === 'nearest';
  const border = excludeOutside && !nearest ? 'renormalise' : 'clamp';
  return { map, antialias: (antialias ?? false) && !nearest, border, profile: 'onnx' };
}

function filterOf(
  { opset, mode = 'nearest', nearestMode, cubicCoeffA = -0.75 }: OnnxResize,
  scale: number,
): ResampleFilter {
  checkName('mode', mode, modes);
  if (mode === 'linear') return { kind: 'linear' };
  if (mode === 'cubic') return { kind: 'cubic', coefficient: cubicCoeffA };
  const simple = scale < 1 ? 'ceil' : 'floor';
  const rounding: string = opset < 11 ? simple : (nearestMode ?? 'round_prefer_floor');
  checkName<NearestRounding>('nearest_mode', rounding, nearestRoundings);
  return { kind: 'nearest', rounding };
}

type Roi = readonly [start: number, end: number];

function roiOf({ roi }: OnnxResize, map: CoordinateMap, count: number): readonly Roi[] | undefined {
  if (map !== 'tf_crop_and_resize') return undefined;
  need(roi?.length === 2 * count, 'PP2003', () => [
    `roi is [${roi?.join(', ') ?? ''}] for ${count} axes`,
    `tf_crop_and_resize needs ${count} starts, then ${count} ends`,
  ]);
  return Array.from({ length: count }, (_, i): Roi => [roi[i]!, roi[count + i]!]);
}

interface Resized {
  readonly to: Dim;
  /** Undefined: the two lengths set the coordinates. */
  readonly scale?: number | undefined;
}

function lengthsOf(
  node: OnnxResize,
  axes: readonly number[],
  rois: readonly Roi[] | undefined,
): readonly Resized[] {
  const { inputShape, scales, sizes } = node;
  const given = scales?.length ? scales : undefined;
  const wanted = sizes?.length ? sizes : undefined;
  const list = given ?? wanted;
  need(list !== undefined && !(given && wanted), 'PP2003', () => [
    `scales is [${scales?.join(', ') ?? ''}] and sizes is [${sizes?.join(', ') ?? ''}]`,
    'Give exactly one of the two',
  ]);
  need(
    list.length === axes.length &&
      list.every((number) => Number.isFinite(number) && (number > 0 || list === wanted)),
    'PP2003',
    () => [
      `${given ? 'scales' : 'sizes'} is [${list.join(', ')}] for ${axes.length} axes of an input ${printShape(inputShape)}`,
      'Give one number above 0 for each axis',
    ],
  );
  if (!given) return sizedAxes(node, list, axes);
  return axes.map((axis, i) => {
    const [start, end] = rois?.[i] ?? [0, 1];
    return { to: scaledLength(inputShape[axis]!, list[i]!, Math.fround(end - start)), scale: list[i]! };
  });
}

function sizedAxes(node: OnnxResize, sizes: readonly number[], axes: readonly number[]): readonly Resized[] {
  const { inputShape, keepAspectRatioPolicy = 'stretch' } = node;
  checkName('keep_aspect_ratio_policy', keepAspectRatioPolicy, policies);
  if (keepAspectRatioPolicy === 'stretch') return sizes.map((to) => ({ to }));
  const lengths = axes.map((axis) => inputShape[axis]!);
  if (!lengths.every((length) => typeof length === 'number'))
    return lengths.map((length, i) => ({ to: `round(${length}*${keepAspectRatioPolicy}(${sizes[i]}))` }));
  const ratios = lengths.map((length, i) => Math.fround(sizes[i]! / length));
  const scale = keepAspectRatioPolicy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return lengths.map((length) => ({ to: Math.floor(Math.fround(scale * length) + 0.5), scale }));
}

/**
 * ONNX's output length for a scale: floor(length * span * scale) in float32, as onnxruntime computes it; span
 * is the length of the roi.
 */
export function scaledLength(length: Dim, scale: number, span = 1): Dim {
  if (typeof length !== 'number') return openLength(length, Math.fround(span * scale));
  return Math.floor(Math.fround(Math.fround(length * span) * Math.fround(scale)));
}

/** Whether coordinates differ, in float32, between the given scale and the ratio of the lengths. */
const decides = (from: Dim, to: Dim, scale: number | undefined): scale is number =>
  scale !== undefined &&
  (typeof from !== 'number' || typeof to !== 'number' || Math.fround(to / from) !== Math.fround(scale));
