import { PolyphaseError } from '@polyphase/ir';
import type { Region } from './cut.ts';

/** A region that its backend cannot run, or no longer; another backend may be able to. */
export class RegionFailure extends Error {
  readonly region: Region;
  override readonly cause: PolyphaseError;

  constructor(region: Region, cause: PolyphaseError) {
    super(cause.message);
    this.region = region;
    this.cause = cause;
  }
}

/** What another backend can help with: the device is lost, or has no memory. */
export const isDeviceFailure = (error: unknown): error is PolyphaseError =>
  error instanceof PolyphaseError && (error.code === 'PP4008' || error.code === 'PP3004');

/** A backend that learns while compiling that it cannot take a layer, and refuses it from then on. */
export const isLateRefusal = (error: unknown): error is PolyphaseError =>
  error instanceof PolyphaseError && error.code === 'PP3007';

/**
 * Work that a region's backend does in a run.
 *
 * @throws what `regionError` gives.
 */
export async function onRegion<T>(region: Region, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw regionError(region, cause);
  }
}

/** An error of a region's run: a RegionFailure when its device fails, PP4007 for an error of another runtime. */
export function regionError(region: Region, cause: unknown): RegionFailure | PolyphaseError {
  if (isDeviceFailure(cause)) return new RegionFailure(region, cause);
  if (cause instanceof PolyphaseError) return cause;
  const { backend, graph } = region;
  return new PolyphaseError('PP4007', {
    at: `${graph.name} on ${backend.name}`,
    problem: `the backend failed while running ${graph.nodes.length} layers: ${messageOf(cause)}`,
    fix: 'Put another backend first, and report this with the model',
    cause,
  });
}

export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
