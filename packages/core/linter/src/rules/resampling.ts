import { type AxisResampling, axisTable, isFloat, type Node, type ResampleProfile } from '@polyphase/ir';
import {
  hasOperand,
  isFrom,
  isInterpolated,
  numbersOf,
  resampledAxes,
  scalesOf,
  wordOf,
} from '../attributes.ts';
import type { LintRule } from '../finding.ts';

type StaticAxis = AxisResampling & { readonly from: number; readonly to: number };

const isStaticAxis = (axis: AxisResampling): axis is StaticAxis =>
  typeof axis.from === 'number' && typeof axis.to === 'number';

/** What the first axis that a rule objects to says. */
const firstAxis = (
  node: Node,
  objects: (axis: AxisResampling, scale: number | undefined) => string | undefined,
): string | undefined => {
  const scales = scalesOf(node);
  return resampledAxes(node)
    .map((axis) => {
      const what = objects(axis, scales.get(axis.axis));
      return what && `axis ${axis.axis}: ${what}`;
    })
    .find(Boolean);
};

const profiles: readonly ResampleProfile[] = ['onnx', 'torch', 'tf', 'webnn'];

/** How many elements of an axis other frameworks take from elsewhere, by the last bit of a coordinate. */
function disputedElements(
  axis: StaticAxis,
): { readonly count: number; readonly profile: string } | undefined {
  const own = axisTable(axis).first;
  const others = profiles.map((profile) => {
    const table = axisTable({ ...axis, profile }).first;
    return { profile, count: own.reduce((all, at, o) => all + (at === table[o] ? 0 : 1), 0) };
  });
  return others.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)[0];
}

/** What resampling leaves open. */
export const resamplingRules: readonly LintRule[] = [
  {
    id: 'PL020',
    severity: 'error',
    title: 'pytorch_half_pixel to one element',
    why: 'the specification says coordinate 0, ONNX ReferenceEvaluator computes -0.5, PyTorch itself half_pixel (1.4 apart on unit-normal data)',
    fix: 'Write half_pixel: that is what PyTorch computes',
    finds: (node) =>
      firstAxis(node, ({ map, from, to }) =>
        map === 'pytorch_half_pixel' && to === 1 && from !== 1 ? `${from} elements become 1` : undefined,
      ),
  },
  {
    id: 'PL021',
    severity: 'error',
    title: 'A length that depends on how scale * length is rounded',
    why: 'onnxruntime multiplies in float32, ONNX ReferenceEvaluator in float64: 10 * 1.4 is 14 and 13',
    fix: 'Give sizes instead of scales',
    finds: (node) =>
      firstAxis(node, ({ from }, scale) => {
        if (typeof from !== 'number' || scale === undefined) return undefined;
        const [wide, narrow] = [Math.floor(from * scale), Math.floor(Math.fround(from * scale))];
        return wide === narrow
          ? undefined
          : `${from} * ${digits(scale)} is ${wide} in float64 and ${narrow} in float32`;
      }),
  },
  {
    id: 'PL022',
    severity: 'error',
    title: 'align_corners with a fractional length',
    why: "ONNX's reference divides by scale*in - 1, onnxruntime and PyTorch by the whole output length - 1: up to 1.6 apart",
    fix: 'Give sizes instead of scales',
    finds: (node) =>
      firstAxis(node, ({ map, from }, scale) =>
        map === 'align_corners' && typeof from === 'number' && scale !== undefined && !isWhole(from * scale)
          ? `${from} * ${digits(scale)} is no whole length`
          : undefined,
      ),
  },
  {
    id: 'PL023',
    severity: 'note',
    title: 'A scale that is not the quotient of the lengths',
    why: 'runtimes that are given sizes compute the scale anew from the lengths; coordinates are then up to 1.5 elements apart',
    fix: 'Give sizes, or a scale that divides the lengths',
    finds: (node) =>
      firstAxis(node, ({ from, to, map }, scale) =>
        typeof from === 'number' &&
        typeof to === 'number' &&
        scale !== undefined &&
        map !== 'align_corners' &&
        Math.abs(from * scale - to) > 1e-3
          ? `${from} elements become ${to} by a scale of ${digits(scale)}`
          : undefined,
      ),
  },
  {
    id: 'PL024',
    severity: 'warning',
    title: 'Nearest elements that the last bit of a coordinate decides',
    why: 'PyTorch, TensorFlow and onnxruntime round coordinates in float32, each in its own order; they choose other elements (267 of 8192 pairs of lengths for PyTorch and onnxruntime)',
    fix: 'Use an integer scale that is a power of two, or interpolate',
    finds: (node) =>
      firstAxis(node, (axis) => {
        if (isInterpolated(axis) || !isStaticAxis(axis)) return undefined;
        const disputed = disputedElements(axis);
        return (
          disputed &&
          `${axis.from} to ${axis.to}: ${disputed.count} elements are others in the arithmetic of ${disputed.profile}`
        );
      }),
  },
  {
    id: 'PL025',
    severity: 'warning',
    title: "Antialiasing with attributes that no framework's antialiasing has",
    why: 'PyTorch antialiases cubic with -0.5 and drops taps outside (exclude_outside); its exporter wrote -0.75 without it before (pytorch#177138)',
    fix: 'Set exclude_outside to 1, and cubic_coeff_a to -0.5',
    finds: (node) =>
      firstAxis(node, ({ antialias, filter, border }) => {
        if (!antialias) return undefined;
        if (filter.kind === 'cubic' && filter.coefficient !== -0.5)
          return `antialiased cubic with a coefficient of ${Number(filter.coefficient.toPrecision(6))}`;
        return border === 'clamp' ? 'antialiasing that repeats the edge' : undefined;
      }),
  },
  {
    id: 'PL026',
    severity: 'warning',
    title: 'tf_half_pixel_for_nn beyond operator set 12',
    why: 'it left ONNX at 13; onnxruntime still takes it with a warning, others refuse it',
    fix: 'Write half_pixel with nearest_mode floor',
    finds: (node) =>
      isFrom(node, 'Resize') &&
      node.origin!.version >= 13 &&
      wordOf(node, 'coordinate_transformation_mode') === 'tf_half_pixel_for_nn'
        ? `operator set ${node.origin!.version} has no such map`
        : undefined,
  },
  {
    id: 'PL027',
    severity: 'warning',
    title: 'An Upsample, or a Resize of operator set 10, that interpolates',
    why: 'its coordinates are asymmetric, which no framework trains with; converters to a newer Resize have put half_pixel in its place (tinygrad does)',
    fix: 'Convert it with onnx.version_converter and compare the outputs',
    finds: (node) =>
      (isFrom(node, 'Upsample') || (isFrom(node, 'Resize') && node.origin!.version < 11)) &&
      resampledAxes(node).some(isInterpolated)
        ? `${node.origin!.op} of operator set ${node.origin!.version} reads at o / scale`
        : undefined,
  },
  {
    id: 'PL028',
    severity: 'warning',
    title: 'Interpolated integers',
    why: 'onnxruntime truncates (12.5 is 12, 17.56 is 17), PyTorch rounds (13, 18)',
    fix: 'Cast to float32 before and round after it',
    finds(node) {
      const dtype = node.inputs[0]?.type.dtype;
      return dtype && !isFloat(dtype) && resampledAxes(node).some(isInterpolated)
        ? `${dtype} elements are interpolated`
        : undefined;
    },
  },
  {
    id: 'PL029',
    severity: 'error',
    title: 'tf_crop_and_resize with scales',
    why: 'the specification takes the output length from the cropped stretch, onnxruntime and ONNX ReferenceEvaluator from the whole axis',
    fix: 'Give sizes instead of scales',
    finds: (node) =>
      isFrom(node, 'Resize') &&
      wordOf(node, 'coordinate_transformation_mode') === 'tf_crop_and_resize' &&
      hasOperand(node, 'scales') &&
      !hasOperand(node, 'sizes')
        ? 'its output length is disputed'
        : undefined,
  },
  {
    id: 'PL030',
    severity: 'error',
    title: 'Negative axes with an aspect policy',
    why: 'onnxruntime 1.30 does not resize then, with every provider',
    fix: 'Count the axes from the front',
    finds(node) {
      const axes = numbersOf(node, 'axes');
      const policy = wordOf(node, 'keep_aspect_ratio_policy');
      return isFrom(node, 'Resize') &&
        axes?.some((axis) => axis < 0) &&
        policy !== 'stretch' &&
        policy !== undefined
        ? `axes [${axes.join(', ')}] with ${policy}`
        : undefined;
    },
  },
];

const digits = (scale: number): number => Number(scale.toPrecision(6));

const isWhole = (length: number): boolean => Math.abs(length - Math.round(length)) < 1e-6;
