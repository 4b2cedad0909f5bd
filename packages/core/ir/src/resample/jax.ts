import type { Dim } from '../dim.ts';
import { need } from '../op.ts';
import { checkName } from './check.ts';
import { type ResampledAxes, resampledAxes } from './resampled.ts';
import type { AxisResampling, ResampleFilter } from './spec.ts';

const jaxMethods = ['nearest', 'linear', 'cubic', 'cubic-pytorch', 'lanczos3', 'lanczos5', 'area'] as const;
export type JaxMethod = (typeof jaxMethods)[number];

/** The arguments of jax.image.resize. */
export interface JaxResize {
  /** Of any rank: every axis may change. */
  readonly inputShape: readonly Dim[];
  readonly shape: readonly Dim[];
  readonly method: JaxMethod;
  /** Default true. */
  readonly antialias?: boolean | undefined;
}

/**
 * JAX's resizing of every axis, of half-pixel centres. Taps outside drop out, but those of cubic-pytorch without
 * antialiasing, which with it is cubic.
 *
 * @throws PP2003, PP2002.
 */
export function jaxResize({ inputShape, shape, method, antialias = true }: JaxResize): ResampledAxes {
  checkName('method', method, jaxMethods);
  need(shape.length === inputShape.length, 'PP2003', () => [
    `shape is [${shape.join(', ')}] for an input of rank ${inputShape.length}`,
    'Give one length for each axis',
  ]);
  const isKernel = method !== 'nearest' && method !== 'area';
  const keepsEdge = !isKernel || (method === 'cubic-pytorch' && !antialias);
  const specs = shape.map(
    (to, axis): AxisResampling => ({
      axis,
      from: inputShape[axis]!,
      to,
      map: method === 'area' ? 'asymmetric' : 'half_pixel',
      filter: filterOf(method, antialias),
      antialias: isKernel && antialias,
      border: keepsEdge ? 'clamp' : 'renormalise',
      profile: 'webnn',
    }),
  );
  return resampledAxes(inputShape, specs);
}

function filterOf(method: JaxMethod, antialias: boolean): ResampleFilter {
  switch (method) {
    case 'nearest':
      return { kind: 'nearest', rounding: 'round_prefer_ceil' };
    case 'linear':
      return { kind: 'linear' };
    case 'cubic':
      return { kind: 'cubic', coefficient: -0.5 };
    case 'cubic-pytorch':
      return { kind: 'cubic', coefficient: antialias ? -0.5 : -0.75 };
    case 'area':
      return { kind: 'area' };
    default:
      return { kind: 'lanczos', lobes: method === 'lanczos3' ? 3 : 5 };
  }
}
