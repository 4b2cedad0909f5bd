import type { ConvTransposeAttributes, Pair } from '@polyphase/ir';
import type { RowDefaults } from '../cases.ts';
import { fillingOf, type OperandSpec } from '../data.ts';

/** How many axes an operand [N, C, spatial] has after batch and channels. */
const spatialAxes = (x: OperandSpec): number => fillingOf(x).shape.length - 2;

/** One value for each spatial axis of an operand. */
export const perAxis = <T>(x: OperandSpec, value: T): readonly T[] =>
  new Array<T>(spatialAxes(x)).fill(value);

/** Begin and end of each axis in turn: pads and crops. */
export const pairs = (...ends: readonly number[]): readonly Pair[] =>
  Array.from({ length: ends.length / 2 }, (_, axis): Pair => [ends[2 * axis]!, ends[2 * axis + 1]!]);

/** No padding and no crop. */
export const none = [0, 0] as const;

/** Widths that leave every rest of vectors of 4, 8 and 16 elements. */
const widths = Array.from({ length: 17 }, (_, i) => i + 1);

/** A row for each of these widths. */
export const everyWidth = <R>(what: string, row: (width: number) => R): Record<string, R> =>
  Object.fromEntries(widths.map((width) => [`${what && `${what}, `}width ${width}`, row(width)]));

/** These widths side by side, for operations that have one kernel for all. */
export const allWidths = <R>(what: string, row: (width: number) => R): Record<string, readonly R[]> => ({
  [`${what && `${what}, `}widths 1 to 17`]: widths.map(row),
});

/** Stride and dilation 1, no crop, one group; weights are constants. */
export const transposedDefaults: RowDefaults<'x' | 'w' | 'bias?', ConvTransposeAttributes> = ({ x }) => ({
  stride: perAxis(x, 1),
  dilation: perAxis(x, 1),
  crop: perAxis(x, none),
  groups: 1,
  weights: ['w', 'bias'],
});

/** Rows from every combination of the choices, titled by their names. */
export function combinations<R>(
  row: (...choices: never[]) => R,
  ...choices: readonly Readonly<Record<string, unknown>>[]
): Record<string, R> {
  const all = choices.reduce<readonly (readonly [names: readonly string[], values: readonly unknown[]])[]>(
    (before, next) =>
      before.flatMap(([names, values]) =>
        Object.entries(next).map(
          ([name, value]) =>
            [
              [...names, name],
              [...values, value],
            ] as const,
        ),
      ),
    [[[], []]],
  );
  return Object.fromEntries(
    all.map(([names, values]) => [names.filter(Boolean).join(', '), row(...(values as never[]))]),
  );
}
