import { cubicKernel, type Row } from './kernel.ts';
import type { StaticAxis } from './spec.ts';

const f32 = Math.fround;
const steps = 1024;

/**
 * TensorFlow's ResizeBicubic: coordinates in float32, the fraction rounded (ties to even) to 1/1024, and
 * weights from a float32 table of those steps. The result is up to 2e-3 from the kernel itself.
 */
export function stepRows(spec: StaticAxis, coefficient: number): (d: number) => Row {
  const kernel = cubicKernel(coefficient);
  const coordinate = steppedCoordinate(spec);
  return (d) => {
    const x = coordinate(d);
    const whole = Math.floor(x);
    const step = roundToEven(f32(x - whole) * steps);
    const weights = [steps + step, step, steps - step, 2 * steps - step].map((t) =>
      f32(kernel.at(t / steps)),
    );
    return { first: whole - 1, weights };
  };
}

function steppedCoordinate({ from, to, map }: StaticAxis): (d: number) => number {
  const scale = map === 'align_corners' && to > 1 ? f32((from - 1) / (to - 1)) : f32(from / to);
  return map === 'half_pixel' ? (d) => f32(f32((d + 0.5) * scale) - 0.5) : (d) => f32(d * scale);
}

function roundToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
