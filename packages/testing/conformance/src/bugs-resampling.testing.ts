import { type AxisResampling, axisTable, ops, roundTo, sizeOf, type UpsampleAttributes } from '@polyphase/ir';
import { bugOf, last } from './bug.testing.ts';
import { type Bug, definedAs, permuted } from './mutant.testing.ts';

/** Resampling of other axes than asked for. */
const resampled = (change: (axis: AxisResampling) => AxisResampling): Bug =>
  bugOf<UpsampleAttributes>(ops.upsample, (node, inputs) =>
    definedAs(node, inputs, { axes: node.attributes.axes.map(change) }),
  );

export const resamplingBugs = {
  'the wrong cubic coefficient': resampled((axis) =>
    axis.filter.kind === 'cubic'
      ? { ...axis, filter: { kind: 'cubic', coefficient: -1.25 - axis.filter.coefficient } }
      : axis,
  ),
  'the last element of the edge is left out': bugOf<UpsampleAttributes>(ops.upsample, (node, [x], [y]) => {
    const width = last(x!);
    if (width < 2) return [y!];
    const shorter = permuted(x!, (index) => index.with(-1, Math.min(index.at(-1)!, width - 2)));
    const [other] = definedAs(node, [shorter]);
    return [
      { ...y!, data: y!.data.map((value, i) => (i % last(y!) === last(y!) - 1 ? other!.data[i]! : value)) },
    ];
  }),
  'ties go the other way': resampled((axis) => {
    const { filter } = axis;
    if (filter.kind !== 'nearest') return axis;
    const others = {
      round_prefer_floor: 'round_prefer_ceil',
      round_prefer_ceil: 'round_prefer_floor',
      floor: 'floor',
      ceil: 'ceil',
    } as const;
    return { ...axis, filter: { kind: 'nearest', rounding: others[filter.rounding] } };
  }),
  'corners are not aligned': resampled((axis) =>
    axis.map === 'align_corners' ? { ...axis, map: 'half_pixel' } : axis,
  ),
  'half pixels are forgotten': resampled((axis) =>
    axis.map === 'half_pixel' ? { ...axis, map: 'asymmetric' } : axis,
  ),
  'a given scale is ignored': resampled(({ scale: _, ...axis }) => axis),
  'antialiasing is ignored': resampled((axis) => ({ ...axis, antialias: false })),
  'weights outside are not shared out': resampled((axis) => ({ ...axis, border: 'clamp' })),
  "TensorFlow's table of cubic weights is not used": resampled((axis) => ({
    ...axis,
    profile: axis.filter.kind === 'nearest' ? axis.profile : 'onnx',
  })),
  'every profile rounds as onnxruntime': resampled((axis) => ({ ...axis, profile: 'onnx' })),
  'the extrapolation value is 0': bugOf(ops.upsample, (node, inputs) =>
    definedAs(node, inputs, { extrapolation: 0 }),
  ),
  'indices are computed in float16': bugOf<UpsampleAttributes>(ops.upsample, (node, [x], y) => {
    const [axis] = node.attributes.axes;
    if (node.attributes.axes.length !== 1 || axis!.filter.kind !== 'nearest') return y;
    const { first } = axisTable(axis!);
    const inner = sizeOf(x!.shape.slice(axis!.axis + 1));
    if (axis!.axis !== x!.shape.length - 1 || inner !== 1) return y;
    const index = (i: number) => Math.min(roundTo('float16', first[i % first.length]!), last(x!) - 1);
    const data = y[0]!.data.map((_, i) => x!.data[Math.floor(i / first.length) * last(x!) + index(i)]!);
    return [{ ...y[0]!, data }];
  }),
} satisfies Readonly<Record<string, Bug>>;
