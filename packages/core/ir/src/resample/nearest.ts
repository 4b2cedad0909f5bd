import { cropCoordinate, type Position, positionOf } from './position.ts';
import type { NearestRounding, StaticAxis } from './spec.ts';

const f32 = Math.fround;

/**
 * The input index that each output index takes, bit by bit as the profile's framework finds it. Where
 * PyTorch, TensorFlow and onnxruntime round differently none of them is exact, so float32 is computed step by
 * step.
 */
export function nearestIndex(spec: StaticAxis, rounding: NearestRounding): (d: number) => number {
  const last = spec.from - 1;
  const index = recipes[spec.profile](spec, rounding);
  return (d) => Math.min(Math.max(index(d), 0), last);
}

type Recipe = (spec: StaticAxis, rounding: NearestRounding) => (d: number) => number;

const exact: Recipe = (spec, rounding) => {
  const position = positionOf(spec);
  return (d) => roundExactly(position(d), rounding);
};

const divided: Recipe = (spec, rounding) => {
  const coordinate = dividedCoordinate(spec);
  return (d) => roundAsOnnxruntime(coordinate(d), rounding);
};

/** `half_pixel` rounded up at ties is computed without the shift of 1/2 that the rounding would take back. */
const multiplied: Recipe = (spec, rounding) => {
  if (spec.map === 'half_pixel' && rounding === 'round_prefer_ceil')
    return multiplied({ ...spec, map: 'tf_half_pixel_for_nn' }, 'floor');
  const coordinate = multipliedCoordinate(spec);
  return (d) => roundPlainly(coordinate(d), rounding);
};

const recipes: Readonly<Record<StaticAxis['profile'], Recipe>> = {
  onnx: divided,
  torch: multiplied,
  tf: multiplied,
  tf1: multiplied,
  keras: exact,
  webnn: exact,
};

/**
 * onnxruntime's coordinates, divided by the scale: float32 after every step, but for the last ones of the
 * symmetric map.
 */
function dividedCoordinate(spec: StaticAxis): (d: number) => number {
  const { from, to, map } = spec;
  const scale = f32(spec.scale ?? to / from);
  const half = (d: number): number => f32((d + 0.5) / scale);
  switch (map) {
    case 'asymmetric':
      return (d) => f32(d / scale);
    case 'tf_half_pixel_for_nn':
      return half;
    case 'align_corners':
      return (d) => (to === 1 ? 0 : f32(f32(d * (from - 1)) / (to - 1)));
    case 'tf_crop_and_resize':
      return (d) => cropCoordinate(spec, d);
    case 'pytorch_half_pixel':
      return (d) => (to === 1 ? 0 : f32(half(d) - 0.5));
    case 'half_pixel':
      return (d) => f32(half(d) - 0.5);
    case 'half_pixel_symmetric': {
      const offset = f32(f32(from / 2) * f32(1 - f32(to / f32(scale * from))));
      return (d) => f32(offset + (d + 0.5) / scale - 0.5);
    }
  }
}

/**
 * PyTorch's and TensorFlow's coordinates: the float32 index times the float32 ratio of the lengths.
 * (PyTorch's one- and three-dimensional nearest-exact differ from the two-dimensional one in a few ties, on
 * processors with fused multiply-add; the two-dimensional one is taken.)
 */
function multipliedCoordinate(spec: StaticAxis): (d: number) => number {
  const { from, to, map } = spec;
  const step = f32(spec.scale === undefined ? from / to : 1 / spec.scale);
  const half = (d: number): number => f32((d + 0.5) * step);
  switch (map) {
    case 'asymmetric':
      return (d) => f32(d * step);
    case 'tf_half_pixel_for_nn':
      return half;
    case 'align_corners':
      return (d) => (to === 1 ? 0 : f32(d * f32((from - 1) / (to - 1))));
    case 'tf_crop_and_resize':
      return (d) => cropCoordinate(spec, d);
    case 'pytorch_half_pixel':
      return (d) => (to === 1 ? 0 : f32(half(d) - 0.5));
    case 'half_pixel':
    case 'half_pixel_symmetric':
      return (d) => f32(half(d) - 0.5);
  }
}

function roundExactly({ whole, fraction }: Position, rounding: NearestRounding): number {
  switch (rounding) {
    case 'floor':
      return whole;
    case 'ceil':
      return fraction > 0 ? whole + 1 : whole;
    case 'round_prefer_floor':
      return fraction > 0.5 ? whole + 1 : whole;
    case 'round_prefer_ceil':
      return fraction >= 0.5 ? whole + 1 : whole;
  }
}

const roundPlainly = (x: number, rounding: NearestRounding): number =>
  roundExactly({ whole: Math.floor(x), fraction: x - Math.floor(x) }, rounding);

/** A coordinate this near to a half counts as a tie. */
const tie = f32(1e-6);

function roundAsOnnxruntime(x: number, rounding: NearestRounding): number {
  const whole = Math.floor(x);
  const isTie = Math.abs(f32(f32(x - whole) - 0.5)) <= tie;
  return roundExactly({ whole, fraction: isTie ? 0.5 : x - whole }, rounding);
}
