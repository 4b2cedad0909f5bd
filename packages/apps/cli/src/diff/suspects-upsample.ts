import { type AxisResampling, type CoordinateMap, isOp, type NearestRounding, ops } from '@polyphase/ir';
import type { Suspect } from './causes.ts';
import { defined, type Evidence } from './evidence.ts';

type Change = (axis: AxisResampling) => AxisResampling;

/** Every other coordinate map, with every rounding or coefficient that the filter may have; then the other options. */
export function upsampleSuspects(evidence: Evidence): readonly Suspect[] {
  const { node } = evidence;
  if (!isOp(node, ops.upsample)) return [];
  const { axes } = node.attributes;
  const suspect = (words: string, change: Change): Suspect => ({
    words,
    data: () => defined(evidence, { axes: axes.map(change) }),
  });
  const filters = filtersOf(axes[0]!);
  return [
    ...options(axes[0]!).map(([words, change]) => suspect(words, change)),
    ...filters.map(([words, filter]) => suspect(words, (axis) => ({ ...axis, filter }))),
    ...maps.map((map) => suspect(`the coordinate map is ${map}`, mappedBy(map))),
    ...maps.flatMap((map) =>
      filters.map(([words, filter]) =>
        suspect(`the coordinate map is ${map} and ${words}`, (axis) => ({ ...mappedBy(map)(axis), filter })),
      ),
    ),
  ];
}

const maps = [
  'half_pixel',
  'align_corners',
  'asymmetric',
  'pytorch_half_pixel',
  'half_pixel_symmetric',
  'tf_half_pixel_for_nn',
] as const satisfies readonly CoordinateMap[];

const mappedBy =
  (map: CoordinateMap): Change =>
  ({ roi: _, ...axis }) => ({ ...axis, map });

const roundings: readonly NearestRounding[] = ['floor', 'ceil', 'round_prefer_floor', 'round_prefer_ceil'];

type Filter = AxisResampling['filter'];

/** Other filters, each with what it is in words. */
function filtersOf({ filter, map }: AxisResampling): readonly (readonly [string, Filter])[] {
  const cubics = [-0.5, -0.75].map(
    (coefficient) => [`the cubic coefficient is ${coefficient}`, { kind: 'cubic', coefficient }] as const,
  );
  const nearest = roundings.map(
    (rounding) =>
      [
        filter.kind === 'nearest'
          ? `ties and fractions are rounded by ${rounding}`
          : `the nearest element is taken (${rounding})`,
        { kind: 'nearest', rounding },
      ] as const,
  );
  const linear = ['it is interpolated linearly', { kind: 'linear' }] as const;
  const all: readonly (readonly [string, Filter])[] =
    filter.kind === 'cubic' ? [...cubics, linear, ...nearest] : [...nearest, linear, ...cubics];
  return all.filter(
    ([, other]) => !isSame(other, filter) && (map !== 'tf_crop_and_resize' || other.kind !== 'cubic'),
  );
}

const isSame = (a: Filter, b: Filter): boolean => JSON.stringify(a) === JSON.stringify(b);

function options({ antialias, border, profile }: AxisResampling): readonly (readonly [string, Change])[] {
  const otherBorder = border === 'clamp' ? 'renormalise' : 'clamp';
  const profiles = (['onnx', 'torch', 'tf', 'webnn'] as const).filter((name) => name !== profile);
  return [
    [
      antialias ? 'it is not antialiased' : 'it is antialiased',
      (axis) => ({ ...axis, antialias: !antialias }),
    ],
    [
      otherBorder === 'clamp'
        ? 'taps outside read the edge instead of dropping out'
        : 'taps outside drop out instead of reading the edge',
      (axis) => ({ ...axis, border: otherBorder }),
    ],
    [
      'coordinates are computed from the lengths, and the given scale is forgotten',
      ({ scale: _, ...axis }) => axis,
    ],
    ...profiles.map((name): readonly [string, Change] => [
      `the last bits of coordinates are those of ${name}, the model's are those of ${profile}`,
      (axis) => ({ ...axis, profile: name }),
    ]),
  ];
}
