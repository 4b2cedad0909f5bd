import type { TapRow } from './arrangement.ts';
import type { Axis, Correlation } from './geometry.ts';
import { block, over, plus, times } from './text.ts';

/**
 * The part of the input that a workgroup reads, in workgroup memory: for some channels at a time, the rows and vectors of
 * columns around a tile of positions.
 */
export interface Staging {
  /** Invocations of the workgroup along a line, each with its positions, and lines of it. */
  readonly columns: number;
  readonly lines: number;
  /** Of the tile, in input elements: depth and height, and its width in vectors of four. */
  readonly size: readonly [depth: number, height: number, vectors: number];
  /** The first offset along each axis; along the last one of a vector, in vectors. */
  readonly first: readonly [z: number, y: number, vector: number];
  /** Channels that are staged at a time. */
  readonly channels: number;
}

const workgroup = 64;
/** What every device has, half of it: so that two workgroups fit. */
const mostBytes = 8192;
const mostChannels = 16;

/** The staging of a correlation whose invocations compute this many positions; undefined when a tile takes too much. */
export function stagingOf(
  correlation: Correlation,
  width: number,
  taps: readonly TapRow[],
): Staging | undefined {
  const [, y, x] = correlation.axes;
  if ((x.inputStep * width) % 4 !== 0) return undefined;
  const across = Math.ceil(x.positions / width);
  const columns = Math.min(2 ** Math.ceil(Math.log2(across)), 16);
  const lines = workgroup / columns;
  const [zs, ys] = [taps.map(({ z }) => z), taps.map((row) => row.y)];
  const offsets = taps.flatMap(({ entries }) => entries.map(({ offset }) => offset));
  const [firstVector, lastColumn] = [
    Math.floor(Math.min(...offsets) / 4),
    x.inputStep * (columns * width - 1) + Math.max(...offsets),
  ];
  const size = [
    Math.max(...zs) - Math.min(...zs) + 1,
    y.inputStep * (lines - 1) + Math.max(...ys) - Math.min(...ys) + 1,
    Math.floor(lastColumn / 4) - firstVector + 1,
  ] as const;
  const bytes = 16 * size[0] * size[1] * size[2];
  const fitting = Math.min(Math.floor(mostBytes / bytes), mostChannels, correlation.channels);
  if (fitting < 1) return undefined;
  // A step of the loop over channels takes one, two or four.
  const channels = fitting >= 4 ? fitting - (fitting % 4) : fitting >= 2 ? 2 : 1;
  return { columns, lines, size, first: [Math.min(...zs), Math.min(...ys), firstVector], channels };
}

/** Vectors of one channel of a tile. */
export const tileSize = ({ size: [depth, height, vectors] }: Staging): number => depth * height * vectors;

/** The declaration of the tile. */
export const tileDeclaration = (staging: Staging): string =>
  `var<workgroup> tile: array<vec4<f32>, ${tileSize(staging) * staging.channels}>;`;

/** Lets all invocations bring the tile of the channels from `first` on. `at`: the text of an input element. */
export function writeStaging(
  { axes, channels }: Correlation,
  staging: Staging,
  at: (index: string) => string,
): string[] {
  const [z, y, x] = axes;
  const { size, first } = staging;
  const [, height, vectors] = size;
  const all = tileSize(staging) * staging.channels;
  const inner = height * vectors;
  const element = (n: number): string =>
    `select(0.0, ${at(plus('atStaged', n))}, isStaged && u32(${plus('stagedColumn', n)}) < ${x.input}u)`;
  const check = (name: string, axis: Axis): string => `u32(${name}) < ${axis.input}u`;
  return [
    'workgroupBarrier();',
    ...block(`for (var i = i32(local); i < ${all}; i += ${workgroup})`, [
      `let stagedChannel = first + ${over('i', tileSize(staging))};`,
      `let stagedDepth = ${plus(times('plane', z.inputStep), first[0])}${size[0] === 1 ? '' : ` + i / ${inner} % ${size[0]}`};`,
      `let stagedHeight = ${plus(times('firstLine', y.inputStep), first[1])} + i / ${vectors} % ${height};`,
      `let stagedColumn = ${times('firstColumn', x.inputStep)} + (i % ${vectors} ${signed(first[2])}) * 4;`,
      `let isStaged = stagedChannel < ${channels} && ${check('stagedDepth', z)} && ${check('stagedHeight', y)};`,
      `let atStaged = (((channelsBefore + stagedChannel) * ${z.input} + stagedDepth) * ${y.input} + stagedHeight) * ${x.input} + stagedColumn;`,
      `tile[i] = vec4<f32>(${[0, 1, 2, 3].map(element).join(', ')});`,
    ]),
    'workgroupBarrier();',
  ];
}

const signed = (offset: number): string => (offset < 0 ? `- ${-offset}` : `+ ${offset}`);
