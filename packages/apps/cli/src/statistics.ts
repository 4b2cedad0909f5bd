import { type Tensor, toNumbers } from '@polyphase/ir';

/** The elements of a tensor at a glance; NaN counts in `nan` alone, and without other elements the rest is undefined. */
export interface Statistics {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly mean: number | undefined;
  readonly nan: number;
}

export function statisticsOf(tensor: Tensor): Statistics {
  let [min, max, sum, counted] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  const values = toNumbers(tensor);
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    sum += value;
    counted++;
  }
  const nan = values.length - counted;
  return counted === 0
    ? { min: undefined, max: undefined, mean: undefined, nan }
    : { min, max, mean: sum / counted, nan };
}
