import type { AxisResampling, NearestRounding, ResampleFilter, UpsampleAttributes } from '@polyphase/ir';
import type { Row } from '../cases.ts';

export const linear = { kind: 'linear' } as const;
export const nearest = (rounding: NearestRounding): ResampleFilter => ({ kind: 'nearest', rounding });
export const cubic = (coefficient: number): ResampleFilter => ({ kind: 'cubic', coefficient });
export const lanczos = (lobes: 3 | 5): ResampleFilter => ({ kind: 'lanczos', lobes });

export type UpsampleRow = Row<'x', UpsampleAttributes>;

/** `to` has the new length of each axis. Default: linear, half pixels, edges repeated, ONNX's profile. */
export const resample = (
  x: readonly number[],
  to: Readonly<Record<number, number>>,
  how: Partial<AxisResampling> = {},
): UpsampleRow & { readonly axes: readonly AxisResampling[] } => ({
  x,
  axes: Object.entries(to).map(([key, length]) => ({
    axis: Number(key),
    from: x[Number(key)]!,
    to: length,
    map: 'half_pixel',
    filter: linear,
    antialias: false,
    border: 'clamp',
    profile: 'onnx',
    ...how,
  })),
});
