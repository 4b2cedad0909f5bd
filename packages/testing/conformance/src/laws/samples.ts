import {
  type AveragePoolAttributes,
  averagePool,
  type ConvAttributes,
  type ConvTransposeAttributes,
  conv,
  convTranspose,
  type MaxPoolAttributes,
  maxPool,
  type Op,
  type Pair,
  PolyphaseError,
  type UpsampleAttributes,
  upsample,
} from '@polyphase/ir';
import fc from 'fast-check';
import { layerSample, type Row } from '../cases.ts';

const small = (least: number, most: number): fc.Arbitrary<number> => fc.integer({ min: least, max: most });
const perAxis = <T>(axes: number, one: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(one, { minLength: axes, maxLength: axes });

/** Two axes mostly; of three the tensors are small. */
const axisCounts = fc.constantFrom(2, 1, 2, 3);

/** Rows that the shape rule takes. */
export const legal = <K extends string, A extends object>(
  op: Op<K, A>,
  rows: fc.Arbitrary<Row<K, A>>,
): fc.Arbitrary<Row<K, A>> =>
  rows.filter((row) => {
    try {
      layerSample(op, row);
      return true;
    } catch (error) {
      if (error instanceof PolyphaseError) return false;
      throw error;
    }
  });

export type ConvRow = Row<'x' | 'w' | 'bias?', ConvAttributes>;
export type ConvTransposeRow = Row<'x' | 'w' | 'bias?', ConvTransposeAttributes>;

interface Contraction {
  readonly batch: number;
  readonly groups: number;
  readonly inPerGroup: number;
  readonly outPerGroup: number;
  readonly lengths: readonly number[];
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly sides: readonly Pair[];
  readonly bias: boolean;
  readonly known: boolean;
}

const contractions: fc.Arbitrary<Contraction> = axisCounts.chain((axes) =>
  fc.record({
    batch: small(1, 2),
    groups: small(1, 3),
    inPerGroup: small(1, 4),
    outPerGroup: small(1, 5),
    lengths: perAxis(axes, small(1, axes === 3 ? 3 : 6)),
    kernel: perAxis(axes, small(1, 4)),
    stride: perAxis(axes, small(1, 4)),
    dilation: perAxis(axes, small(1, 3)),
    sides: perAxis(axes, fc.tuple(small(-2, 3), small(-2, 3))),
    bias: fc.boolean(),
    known: fc.boolean(),
  }),
);

const weights = ({ known }: Contraction) => (known ? { weights: ['w', 'bias'] } : {});
const channels = (count: number, { bias }: Contraction) => (bias ? { bias: [count] } : {});

export const convRows: fc.Arbitrary<ConvRow> = legal(
  conv,
  contractions.map((c): ConvRow => {
    const { groups, inPerGroup, outPerGroup, stride, dilation, sides } = c;
    return {
      x: [c.batch, groups * inPerGroup, ...c.lengths],
      w: [groups * outPerGroup, inPerGroup, ...c.kernel],
      ...channels(groups * outPerGroup, c),
      stride,
      dilation,
      pads: sides,
      groups,
      ...weights(c),
    };
  }),
);

export const convTransposeRows: fc.Arbitrary<ConvTransposeRow> = legal(
  convTranspose,
  contractions.map((c): ConvTransposeRow => {
    const { groups, inPerGroup, outPerGroup, stride, dilation, sides } = c;
    return {
      x: [c.batch, groups * inPerGroup, ...c.lengths],
      w: [groups * inPerGroup, outPerGroup, ...c.kernel],
      ...channels(groups * outPerGroup, c),
      stride,
      dilation,
      crop: sides,
      groups,
      ...weights(c),
    };
  }),
);

const filters = fc.constantFrom(
  { kind: 'linear' } as const,
  { kind: 'nearest', rounding: 'floor' } as const,
  { kind: 'nearest', rounding: 'round_prefer_ceil' } as const,
  { kind: 'cubic', coefficient: -0.75 } as const,
  { kind: 'cubic', coefficient: -0.5 } as const,
  { kind: 'lanczos', lobes: 3 } as const,
  { kind: 'area' } as const,
);

export type UpsampleRow = Row<'x', UpsampleAttributes>;

/** One to three axes of a tensor of rank 2 to 4, up or down. */
export const upsampleRows: fc.Arbitrary<UpsampleRow> = legal(
  upsample,
  perAxis(4, small(1, 6))
    .chain((lengths) =>
      fc.record({
        x: small(2, 4).map((rank) => lengths.slice(0, rank)),
        chosen: fc.subarray([1, 2, 3], { minLength: 1 }),
        to: perAxis(4, small(1, 12)),
        filter: filters,
        map: fc.constantFrom('half_pixel', 'align_corners', 'asymmetric', 'pytorch_half_pixel'),
        antialias: fc.boolean(),
        border: fc.constantFrom('clamp', 'renormalise'),
        profile: fc.constantFrom('onnx', 'torch', 'tf'),
      }),
    )
    .map(({ x, chosen, to, ...how }): UpsampleRow => {
      const axes = chosen.filter((axis) => axis < x.length);
      return { x, axes: axes.map((axis) => ({ axis, from: x[axis]!, to: to[axis]!, ...how })) };
    }),
);

const windows = axisCounts.chain((axes) =>
  fc.record({
    x: fc.tuple(small(1, 2), small(1, 3), ...Array.from({ length: axes }, () => small(1, 7))),
    kernel: perAxis(axes, small(1, 3)),
    stride: perAxis(axes, small(1, 3)),
    dilation: perAxis(axes, small(1, 2)),
    pads: perAxis(axes, fc.tuple(small(0, 2), small(0, 2))),
    ceil: fc.boolean(),
  }),
);

export const maxPoolRows: fc.Arbitrary<Row<'x', MaxPoolAttributes>> = legal(
  maxPool,
  fc
    .tuple(windows, fc.constantFrom<0 | 1>(0, 1))
    .map(([window, storageOrder]) => ({ ...window, storageOrder })),
);

export const averagePoolRows: fc.Arbitrary<Row<'x', AveragePoolAttributes>> = legal(
  averagePool,
  fc.tuple(windows, fc.boolean()).map(([window, countIncludePad]) => ({ ...window, countIncludePad })),
);
