import { median } from '../measure.ts';

/** Milliseconds of each phase by name; `all` without `modules`, which a program loads once. */
export type Times = Readonly<Record<string, number>>;

/** The median of each phase, in the order of the first sample. */
export const medianTimes = (samples: readonly Times[]): Times =>
  Object.fromEntries(
    Object.keys(samples[0] ?? {}).map((phase) => [phase, median(samples.map((times) => times[phase] ?? 0))]),
  );
