import { type Dense, isOp, ops, type Pair, stridesOf } from '@polyphase/ir';
import type { Suspect } from './causes.ts';
import { defined, type Evidence } from './evidence.ts';
import { upsampleSuspects } from './suspects-upsample.ts';

/** Mistakes of single operations: other attributes or operands than the layer has. */
export const layerSuspects = (evidence: Evidence): readonly Suspect[] => [
  ...windowSuspects(evidence),
  ...biasSuspects(evidence),
  ...kernelSuspects(evidence),
  ...upsampleSuspects(evidence),
  ...smallSuspects(evidence),
];

/** The layer with other attributes. */
export const as = (evidence: Evidence, words: string, attributes: object): Suspect => ({
  words,
  data: () => defined(evidence, attributes),
});

/** The layer with another operand. */
const having = (
  evidence: Evidence,
  words: string,
  position: number,
  change: (x: Dense) => Dense | undefined,
): Suspect => ({
  words,
  data() {
    const x = evidence.operands[position];
    const others = [...evidence.operands];
    others[position] = x && change(x);
    return x && defined(evidence, {}, others);
  },
});

interface Windowed {
  readonly pads?: readonly Pair[];
  readonly crop?: readonly Pair[];
  readonly stride?: readonly number[];
  readonly dilation?: readonly number[];
  readonly countIncludePad?: boolean;
}

/** Padding of convolutions, pools and pad, the crop of transposed convolutions. */
function windowSuspects(evidence: Evidence): readonly Suspect[] {
  const { pads, crop, stride, dilation, countIncludePad } = evidence.node.attributes as Windowed;
  const pairs = pads ?? crop;
  if (!pairs) return [];
  const [key, word] = pads ? ['pads', 'padding'] : ['crop', 'crop'];
  const mirrored = pairs.map(([begin, end]): Pair => [end, begin]);
  const moved = pairs.flatMap((_, axis) =>
    [1, -1].map((by) => {
      const other = pairs.map(([b, e], i): Pair => (i === axis ? [b + by, e - by] : [b, e]));
      const words = `the ${word} of spatial axis ${axis} begins ${by > 0 ? 'one later' : 'one earlier'}: [${other[axis]!.join(', ')}] instead of [${pairs[axis]!.join(', ')}]`;
      return as(evidence, words, { [key]: other });
    }),
  );
  const say = (list: readonly Pair[]): string => list.map((pair) => `[${pair.join(', ')}]`).join(', ');
  return [
    as(evidence, `the ${word} is mirrored: ${say(mirrored)} instead of ${say(pairs)}`, { [key]: mirrored }),
    ...moved,
    ...(dilation ? [as(evidence, 'the dilation is left out', { dilation: dilation.map(() => 1) })] : []),
    ...(stride && dilation
      ? [
          as(evidence, 'stride and dilation of the axes are exchanged', {
            stride: stride.toReversed(),
            dilation: dilation.toReversed(),
          }),
        ]
      : []),
    ...(countIncludePad === undefined
      ? []
      : [
          as(evidence, `padding is ${countIncludePad ? 'not ' : ''}counted in the mean`, {
            countIncludePad: !countIncludePad,
          }),
        ]),
  ];
}

function biasSuspects(evidence: Evidence): readonly Suspect[] {
  const { node } = evidence;
  if (!isOp(node, ops.conv) && !isOp(node, ops.convTranspose)) return [];
  return [
    having(evidence, 'the bias is missing', 2, () => undefined),
    having(evidence, 'the bias is added twice', 2, (bias) => ({
      ...bias,
      data: bias.data.map((value) => 2 * value),
    })),
  ];
}

/** Taps in another order. */
function kernelSuspects(evidence: Evidence): readonly Suspect[] {
  const { node } = evidence;
  if (!isOp(node, ops.conv) && !isOp(node, ops.convTranspose)) return [];
  const { groups } = node.attributes;
  return [
    having(evidence, 'the kernel is turned around (convolution and correlation are confused)', 1, turned),
    having(evidence, 'height and width of the kernel are exchanged', 1, exchanged),
    ...(groups > 1 ? [groupsAlternate(evidence, groups)] : []),
  ];
}

function turned(w: Dense): Dense {
  const plane = w.shape.slice(2).reduce((all, length) => all * length, 1);
  return {
    ...w,
    data: w.data.map((_, i) => w.data[Math.floor(i / plane) * plane + plane - 1 - (i % plane)]!),
  };
}

function exchanged(w: Dense): Dense | undefined {
  const [height, width] = w.shape.slice(-2);
  if (w.shape.length !== 4 || height !== width) return undefined;
  const [row, column] = stridesOf(w.shape).slice(-2) as [number, number];
  const data = w.data.map((_, i) => {
    const [r, c] = [Math.floor(i / row) % height!, i % width!];
    return w.data[i - r * row - c * column + c * row + r * column]!;
  });
  return { ...w, data };
}

/** Output channel g + groups * c holds what belongs to channel c of group g. */
function groupsAlternate({ expected, type: { shape } }: Evidence, groups: number): Suspect {
  const [channels, plane] = [shape[1]!, stridesOf(shape)[1]!];
  const each = channels / groups;
  return {
    words: 'the output channels of the groups alternate instead of following each other',
    data: () =>
      expected.map((_, i) => {
        const channel = Math.floor(i / plane) % channels;
        const source = (channel % groups) * each + Math.floor(channel / groups);
        return expected[i + (source - channel) * plane]!;
      }),
  };
}

/** Operations with a single known mistake. */
function smallSuspects(evidence: Evidence): readonly Suspect[] {
  const { node, operands, type, expected } = evidence;
  const [x] = operands;
  const isUnary = operands.length === 1 && x?.data.length === expected.length && x.dtype === type.dtype;
  const modes = ['constant', 'reflect', 'edge', 'wrap'].filter(
    (mode) => isOp(node, ops.pad) && mode !== node.attributes.mode,
  );
  return [
    ...(isUnary
      ? [{ words: `the ${node.op} is missing: the output is the operand`, data: () => x.data }]
      : []),
    ...modes.map((mode) => as(evidence, `the padding is that of mode ${mode}`, { mode })),
    ...(isOp(node, ops.depthToSpace) || isOp(node, ops.spaceToDepth)
      ? ['DCR', 'CRD'].map((mode) => as(evidence, `the order of channels is ${mode}`, { mode }))
      : []),
    ...(isOp(node, ops.round)
      ? [{ words: 'halves are rounded up instead of to even', data: () => x?.data.map(Math.round) }]
      : []),
  ];
}
