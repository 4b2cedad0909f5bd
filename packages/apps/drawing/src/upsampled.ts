import { type CoordinateMap, type Dense, evaluate, type Node } from '@polyphase/ir';
import { input, layers, model } from '@polyphase/layers';
import { type Grid, gridOf } from './grid.ts';
import { type LayerSetting, layerOf } from './setting.ts';

export const upsampleModes = ['nearest', 'linear', 'cubic', 'lanczos3', 'area'] as const;
export const coordinateMaps = ['half_pixel', 'align_corners', 'asymmetric'] as const;

export interface UpsampleSetting {
  readonly mode: (typeof upsampleModes)[number];
  readonly map: (typeof coordinateMaps)[number] & CoordinateMap;
  /** How many times longer each axis becomes. */
  readonly factor: number;
}

/** Planes of one size: the channels of a picture. */
export type Planes = readonly Grid[];

/** Nodes of one operand on each plane. */
function runAll(nodes: readonly Node[], planes: Planes, others: readonly Dense[]): Planes {
  return planes.map(({ rows, columns, values }) => {
    let y: Dense = { dtype: 'float32', shape: [1, 1, rows, columns], data: values };
    for (const node of nodes) y = evaluate(node, [y, ...others])[0]!;
    return { rows: y.shape[2]!, columns: y.shape[3]!, values: y.data };
  });
}

/** Interpolation of planes, as the layer computes it. @throws PP2003, PP2004. */
export function upsampled({ mode, map, factor }: UpsampleSetting, planes: Planes): Planes {
  const [first] = planes;
  if (!first) return [];
  const size = [first.rows * factor, first.columns * factor];
  const made = model({ x: input([1, 1, first.rows, first.columns]) }, ({ x }) => ({
    y: layers.upsample(x, { size, mode, map }),
  }));
  return runAll(made.graph().nodes, planes, []);
}

/** A transposed convolution of planes whose kernel is scaled so that a flat picture keeps its mean brightness. */
export function transposedOf(setting: LayerSetting, kernel: Grid, planes: Planes): Planes {
  const [first] = planes;
  if (!first) return [];
  const node = layerOf({ ...setting, input: [first.rows, first.columns] });
  const total = kernel.values.reduce((all, value) => all + value, 0);
  const scale = setting.stride ** 2 / total;
  const weights: Dense = {
    dtype: 'float32',
    shape: [1, 1, kernel.rows, kernel.columns],
    data: kernel.values.map((value) => value * scale),
  };
  return runAll([node], planes, [weights]);
}

/** A small picture with what interpolation is judged by: a flat sky, a slope, a round edge and thin lines. */
export function testCard(size: number): Planes {
  const inDisc = (row: number, column: number): boolean =>
    (row - size * 0.4) ** 2 + (column - size * 0.6) ** 2 < (size * 0.26) ** 2;
  const isLine = (row: number, column: number): boolean => row > size * 0.72 && (column + row) % 4 === 0;
  const colour = (light: number, disc: number, line: number): Grid =>
    gridOf(size, size, (row, column) => {
      if (inDisc(row, column)) return disc;
      return isLine(row, column) ? line : light - (0.35 * row) / size;
    });
  return [colour(0.75, 0.95, 0.15), colour(0.85, 0.55, 0.2), colour(0.98, 0.2, 0.3)];
}
