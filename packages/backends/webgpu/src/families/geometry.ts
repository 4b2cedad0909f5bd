import {
  type ConvAttributes,
  type ConvTransposeAttributes,
  conv,
  convTranspose,
  inThree,
  isOp,
  type Node,
  staticType,
} from '@polyphase/ir';

export type Three<T> = readonly [T, T, T];

/** A kernel element that one phase reads, and where: input inputStep * j + offset for position j. */
export interface Tap {
  readonly element: number;
  readonly offset: number;
}

/** Outputs outputStep * j + first of an axis, for all positions j: those that read the input alike. */
export interface Phase {
  readonly first: number;
  readonly taps: readonly Tap[];
}

/** One axis of a correlation. A convolution has one phase, a transposed one as many as its stride. */
export interface Axis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly positions: number;
  readonly inputStep: number;
  readonly outputStep: number;
  readonly phases: readonly Phase[];
}

/** A convolution of either kind as sums over channels and taps, for each phase. Fewer than three axes get leading ones. */
export interface Correlation {
  readonly batch: number;
  readonly groups: number;
  /** Input and output channels of a group. */
  readonly channels: number;
  readonly rows: number;
  readonly axes: Three<Axis>;
  /** Where a weight lies among the node's, by channel and row within a group and kernel element. */
  weightAt(group: number, row: number, channel: number, element: number): number;
}

export const range = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

const shapeOf = (node: Node, operand: number): readonly number[] =>
  staticType(node.inputs[operand]!.type).shape;
export const outputShapeOf = (node: Node): readonly number[] => staticType(node.outputs[0]!.type).shape;

/** Undefined when the node is no convolution of either kind. */
export function correlationOf(node: Node): Correlation | undefined {
  if (isOp(node, conv)) {
    const inGroup: WeightOrder = ({ channels }, row, channel) => row * channels + channel;
    return correlation(node, node.attributes.pads, convolvedAxis, inGroup);
  }
  if (isOp(node, convTranspose)) {
    const inGroup: WeightOrder = ({ rows }, row, channel) => channel * rows + row;
    return correlation(node, node.attributes.crop, transposedAxis, inGroup);
  }
  return undefined;
}

/** The sizes of one axis; `before` is what is padded, or cropped, at its beginning. */
interface AxisSizes extends Pick<Axis, 'input' | 'output' | 'kernel'> {
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
}

/** Which of a group's kernels belongs to a row and a channel. */
type WeightOrder = (of: Pick<Correlation, 'rows' | 'channels'>, row: number, channel: number) => number;

function correlation(
  node: Node<ConvAttributes | ConvTransposeAttributes>,
  before: readonly (readonly [number, number])[],
  axisOf: (sizes: AxisSizes) => Axis,
  order: WeightOrder,
): Correlation {
  const [batch, inChannels, ...input] = shapeOf(node, 0) as [number, number, ...number[]];
  const [, outChannels, ...output] = outputShapeOf(node) as [number, number, ...number[]];
  const kernel = shapeOf(node, 1).slice(2);
  const { stride, dilation, groups } = node.attributes;
  const begins = before.map(([begin]) => begin);
  const sizes = {
    input: inThree(input, 1),
    output: inThree(output, 1),
    kernel: inThree(kernel, 1),
    stride: inThree(stride, 1),
    dilation: inThree(dilation, 1),
    before: inThree(begins, 0),
  };
  const axis = (a: 0 | 1 | 2): Axis =>
    axisOf({
      input: sizes.input[a],
      output: sizes.output[a],
      kernel: sizes.kernel[a],
      stride: sizes.stride[a],
      dilation: sizes.dilation[a],
      before: sizes.before[a],
    });
  const group = { channels: inChannels / groups, rows: outChannels / groups };
  const size = kernel.reduce((all, length) => all * length, 1);
  return {
    batch,
    groups,
    ...group,
    axes: [axis(0), axis(1), axis(2)],
    weightAt: (g, row, channel, element) =>
      (g * group.rows * group.channels + order(group, row, channel)) * size + element,
  };
}

/** Output o reads input o*s + t*d - pad for each tap t. */
const convolvedAxis = ({ input, output, kernel, stride, dilation, before }: AxisSizes): Axis => ({
  input,
  output,
  kernel,
  positions: output,
  inputStep: stride,
  outputStep: 1,
  phases: [{ first: 0, taps: range(kernel).map((t) => ({ element: t, offset: t * dilation - before })) }],
});

/**
 * With stride s, crop c and dilation d, output o = s*q + r - c is of phase r, and y[o] = sum over the taps t with
 * t*d mod s == r of w[t] * x[q + (r - t*d) / s]. Position j stands for q = j + floor(c / s).
 */
function transposedAxis({ input, output, kernel, stride, dilation, before: crop }: AxisSizes): Axis {
  const start = Math.floor(crop / stride);
  const phases = range(stride).map((r): Phase => {
    const elements = range(kernel).filter((t) => (t * dilation) % stride === r);
    return {
      first: start * stride + r - crop,
      taps: elements.map((t) => ({
        element: t,
        offset: start + (r - t * dilation) / stride,
      })),
    };
  });
  const positions = Math.floor((output - 1 + crop) / stride) - start + 1;
  return {
    input,
    output,
    kernel,
    positions,
    inputStep: 1,
    outputStep: stride,
    phases,
  };
}

/** Whether an axis is passed over element by element: one tap, no stride, nothing beyond its ends. */
const isPlain = ({ input, output, phases, inputStep, outputStep }: Axis): boolean =>
  phases.length === 1 &&
  inputStep === 1 &&
  outputStep === 1 &&
  input === output &&
  phases[0]!.first === 0 &&
  phases[0]!.taps.length === 1 &&
  phases[0]!.taps[0]!.offset === 0;

/** Plain axes that follow each other as one, so that a 1x1 convolution has rows of any length to fill its vectors with. */
export function mergePlainAxes(axes: Three<Axis>): Three<Axis> {
  const [z, y, x] = axes;
  if (!isPlain(y) || !isPlain(x)) return isPlain(z) && isPlain(y) ? [one, merged(z, y), x] : axes;
  const yx = merged(y, x);
  return isPlain(z) ? [one, one, merged(z, yx)] : [one, z, yx];
}

const merged = (outer: Axis, inner: Axis): Axis => ({
  ...inner,
  input: outer.input * inner.input,
  output: outer.output * inner.output,
  positions: outer.positions * inner.positions,
});

const one: Axis = {
  input: 1,
  output: 1,
  kernel: 1,
  positions: 1,
  inputStep: 1,
  outputStep: 1,
  phases: [{ first: 0, taps: [{ element: 0, offset: 0 }] }],
};

/** Whether all phases of each axis read the input alike, so that no phase has a weight where another has none. */
export const isUniform = ({ axes }: Correlation): boolean =>
  axes.every(({ phases }) => phases.every((phase) => offsetsOf(phase) === offsetsOf(phases[0]!)));

const offsetsOf = ({ taps }: Phase): string =>
  taps
    .map(({ offset }) => offset)
    .sort((a, b) => a - b)
    .join();

/** The correlation as several, in each of which all phases read the input alike. */
export function inUniformParts(correlation: Correlation): readonly Correlation[] {
  const [zs, ys, xs] = correlation.axes.map(classesOf) as [Axis[], Axis[], Axis[]];
  return zs.flatMap((z) =>
    ys.flatMap((y) => xs.map((x): Correlation => ({ ...correlation, axes: [z, y, x] }))),
  );
}

/** An axis for each set of phases that read alike and lie evenly. */
function classesOf(axis: Axis): readonly Axis[] {
  const classes = new Map<string, Phase[]>();
  for (const phase of axis.phases) {
    const key = offsetsOf(phase);
    const known = classes.get(key);
    if (known) known.push(phase);
    else classes.set(key, [phase]);
  }
  return [...classes.values()].flatMap(inEvenRuns).map((phases) => ({ ...axis, phases }));
}

/** Phases by runs that lie as far apart as the first two. */
function inEvenRuns(phases: readonly Phase[]): readonly (readonly Phase[])[] {
  const runs: Phase[][] = [];
  for (const phase of phases) {
    const run = runs.at(-1);
    const isNext = run && (run.length === 1 || phase.first - run.at(-1)!.first === gapOf({ phases: run }));
    if (isNext) run.push(phase);
    else runs.push([phase]);
  }
  return runs;
}

/** How far the phases of an axis lie apart. */
export const gapOf = ({ phases: [a, b] }: { readonly phases: readonly Phase[] }): number =>
  a && b ? b.first - a.first : 1;
