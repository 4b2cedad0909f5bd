import { type OnnxResize, ops, resizeAxes, type Value } from '@polyphase/ir';
import { flag, float, floats, ints, oneOf, required } from '../attributes.ts';
import { type Context, row, type Table, type Versions } from '../row.ts';

/** A Resize or Upsample node as one layer; an identity when no axis changes. */
function resize(context: Context, x: Value, node: Omit<OnnxResize, 'inputShape' | 'opset'>): Value {
  const { axes, extrapolation } = resizeAxes({ ...node, inputShape: x.type.shape, opset: context.opset });
  if (axes.length === 0) return context.make(ops.identity, { x }, {});
  return context.make(ops.upsample, { x }, { axes, extrapolation });
}

/** Operands that are present and empty are as good as absent. */
const given = (context: Context, operand: Value | undefined): readonly number[] | undefined => {
  const elements = context.optionalElements(operand);
  return elements?.length ? elements : undefined;
};

/** `bilinear` is an old name of `linear`. */
const oldMode = oneOf('nearest', 'linear', 'bilinear');
const modeOf = (mode: string): string => (mode === 'bilinear' ? 'linear' : mode);

const scaledByOperand = row({
  inputs: ['x', 'scales'],
  attributes: { mode: oldMode },
  elements: ['scales'],
  build: ({ x, scales }, { mode }, context) =>
    resize(context, x, { mode: modeOf(mode), scales: context.elements(scales) }),
});

const maps = [
  'half_pixel',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
  'tf_crop_and_resize',
] as const;

const attributes11 = {
  // `tf_half_pixel_for_nn` left the list at 13, but exporters still write it and runtimes still take it.
  coordinate_transformation_mode: oneOf(...maps, 'tf_half_pixel_for_nn'),
  cubic_coeff_a: float(-0.75),
  exclude_outside: flag(false),
  extrapolation_value: float(0),
  mode: oneOf('nearest', 'linear', 'cubic'),
  nearest_mode: oneOf('round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'),
};

const attributes18 = {
  antialias: flag(false),
  axes: ints(),
  keep_aspect_ratio_policy: oneOf('stretch', 'not_larger', 'not_smaller'),
};

const attributes19 = {
  ...attributes18,
  coordinate_transformation_mode: oneOf(...maps, 'tf_half_pixel_for_nn', 'half_pixel_symmetric'),
};

const resizeRow = (more: Partial<typeof attributes19>) =>
  row({
    inputs: ['x', 'roi?', 'scales?', 'sizes?'],
    attributes: { ...attributes11, ...more },
    elements: ['roi', 'scales', 'sizes'],
    build: ({ x, roi, scales, sizes }, node, context) =>
      resize(context, x, {
        roi: given(context, roi),
        scales: given(context, scales),
        sizes: given(context, sizes),
        axes: node.axes,
        mode: node.mode,
        coordinateTransformationMode: node.coordinate_transformation_mode,
        nearestMode: node.nearest_mode,
        cubicCoeffA: node.cubic_coeff_a,
        excludeOutside: node.exclude_outside,
        extrapolationValue: node.extrapolation_value,
        antialias: node.antialias,
        keepAspectRatioPolicy: node.keep_aspect_ratio_policy,
      }),
  });

const upsample: Versions = {
  1: row({
    inputs: ['x'],
    attributes: { height_scale: required(float()), mode: oldMode, width_scale: required(float()) },
    build: ({ x }, { height_scale: height, mode, width_scale: width }, context) =>
      resize(context, x, { mode: modeOf(mode), scales: [1, 1, height, width] }),
  }),
  7: row({
    inputs: ['x'],
    attributes: { mode: oldMode, scales: required(floats()) },
    build: ({ x }, { mode, scales }, context) => resize(context, x, { mode: modeOf(mode), scales }),
  }),
  9: scaledByOperand,
};

export const resizing: Table = {
  Resize: {
    10: scaledByOperand,
    11: resizeRow({}),
    18: resizeRow(attributes18),
    19: resizeRow(attributes19),
  },
  Upsample: upsample,
};
