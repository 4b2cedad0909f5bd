import type { StaticAxis } from './spec.ts';

/**
 * A source coordinate as floor and rest, so that the same rest comes out bit by bit in every period of a
 * rational scale.
 */
export interface Position {
  readonly whole: number;
  /** 0 <= fraction < 1. */
  readonly fraction: number;
}

/** numerator / denominator; exact floor while both are below 2^53. */
export function ratio(numerator: number, denominator: number): Position {
  const whole = Math.floor(numerator / denominator);
  return { whole, fraction: (numerator - whole * denominator) / denominator };
}

function split(x: number): Position {
  const whole = Math.floor(x);
  return { whole, fraction: x - whole };
}

/**
 * The source coordinate of output index d: exact where the lengths decide, in float64 where a given scale
 * does.
 */
export function positionOf(spec: StaticAxis): (d: number) => Position {
  const { from, to, map, scale } = spec;
  if (map === 'tf_crop_and_resize') return (d) => split(cropCoordinate(spec, d));
  if (map === 'align_corners') return (d) => (to === 1 ? ratio(0, 1) : ratio(d * (from - 1), to - 1));
  if (map === 'pytorch_half_pixel' && to === 1) return () => ratio(0, 1);
  if (scale === undefined) return exactPosition(spec);
  if (map === 'asymmetric') return (d) => split(d / scale);
  if (map === 'tf_half_pixel_for_nn') return (d) => split((d + 0.5) / scale);
  const offset = map === 'half_pixel_symmetric' ? symmetricOffset(from, to, scale) : 0;
  return (d) => split(offset + (d + 0.5) / scale - 0.5);
}

/** With scale = to / from, the symmetric map is half_pixel. */
function exactPosition({ from, to, map }: StaticAxis): (d: number) => Position {
  if (map === 'asymmetric') return (d) => ratio(d * from, to);
  if (map === 'tf_half_pixel_for_nn') return (d) => ratio((2 * d + 1) * from, 2 * to);
  return (d) => ratio((2 * d + 1) * from - to, 2 * to);
}

/** Keeps the middle of the axis in the middle when the output length was rounded down from scale * from. */
export const symmetricOffset = (from: number, to: number, scale: number): number =>
  (from / 2) * (1 - to / (scale * from));

const f32 = Math.fround;

/**
 * tf_crop_and_resize, rounded to float32 after every step as onnxruntime does: the last bit decides whether
 * the end of the roi is still inside the axis.
 */
export function cropCoordinate({ from, to, roi = [0, 1] }: StaticAxis, d: number): number {
  const [start, end] = [f32(roi[0]), f32(roi[1])];
  const last = from - 1;
  if (to === 1) return f32(0.5 * f32(start + end) * last);
  return f32(f32(start * last) + f32(f32(f32(d * f32(end - start)) * last) / (to - 1)));
}
