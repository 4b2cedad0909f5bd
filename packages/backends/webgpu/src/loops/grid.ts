import type { TargetLimits } from '../target.ts';

/** How invocations are spread over workgroups: along x, and over rows of workgroups where one dimension is too short. */
export interface Grid {
  readonly size: readonly [x: number, y: number, z: number];
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** Invocations along x: the number of one is `id.x + id.y * row`. */
  readonly row: number;
}

const groupSize = 64;

/** A grid of at least so many invocations. */
export function gridOf(invocations: number, limits: TargetLimits): Grid {
  const size = Math.min(groupSize, limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
  const groups = Math.ceil(invocations / size);
  const rows = Math.ceil(groups / limits.maxComputeWorkgroupsPerDimension);
  const columns = Math.ceil(groups / rows);
  return { size: [size, 1, 1], workgroups: [columns, rows, 1], row: columns * size };
}
