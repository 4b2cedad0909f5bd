import type { Bound } from '../text/bound.ts';
import type { Entry, TapRow } from './arrangement.ts';
import { type Axis, type Correlation, range } from './geometry.ts';
import { type Staging, tileSize } from './staging.ts';
import { component, floats, inParentheses, nameOf, plus, times } from './text.ts';

/** How an invocation reads the input: rows of it, by vectors where these begin at whole vectors. */
export interface Rows {
  readonly correlation: Correlation;
  readonly source: Bound;
  /** Elements of a vector that is read at once. */
  readonly lanes: 1 | 4;
  /** Neighbouring positions of an invocation, and how many such groups make a line. */
  readonly width: number;
  readonly across: number;
  /** Set when the input is staged in workgroup memory, and read from there. */
  readonly staging?: Staging | undefined;
}

/** Whether the vectors that an invocation of this width reads are whole ones. */
export const readsVectors = ({ axes }: Correlation, width: number): boolean =>
  axes[2].input % 4 === 0 && (axes[2].inputStep * width) % 4 === 0;

/** Elements of a channel, in vectors. */
export const channelSize = ({ correlation: { axes }, lanes, staging }: Rows): number =>
  staging ? tileSize(staging) : (axes[0].input * axes[1].input * axes[2].input) / lanes;

/** Input columns that some entries read, relative to that of the first position. */
export function columnsOf(
  correlation: Correlation,
  width: number,
  entries: readonly Entry[],
): readonly number[] {
  const { inputStep } = correlation.axes[2];
  const columns = entries.flatMap(({ offset }) => range(width).map((n) => inputStep * n + offset));
  return [...new Set(columns)].sort((a, b) => a - b);
}

/** Vectors that hold some entries' columns, relative to the one of the first position. */
const vectorsOf = ({ correlation, width, lanes }: Rows, entries: readonly Entry[]): readonly number[] => [
  ...new Set(columnsOf(correlation, width, entries).map((column) => Math.floor(column / lanes))),
];

/** Where the first position's column is, and which of the vectors around it exist. */
export function writeColumns(rows: Rows, entries: readonly Entry[]): string[] {
  const { correlation, lanes, staging, width } = rows;
  const { input, inputStep } = correlation.axes[2];
  if (staging) return [`let start = ${times(`i32(local) % ${staging.columns}`, (inputStep * width) / 4)};`];
  const start = lanes === 1 ? times('column', inputStep) : `${times('column', inputStep)} / ${lanes}`;
  return [
    `let start = ${start};`,
    ...vectorsOf(rows, entries)
      .filter((vector) => mayMiss(rows, vector))
      .map((v) => `let inside_${nameOf(v)} = u32(${plus('start', v)}) < ${input / lanes}u;`),
  ];
}

type Offsets = Pick<TapRow, 'z' | 'y'>;

/** Where a tap row lies in a channel of the tile: always inside. */
function writeStagedRow(
  { correlation }: Rows,
  { size: [, height, vectors], first, columns }: Staging,
  { z, y }: Offsets,
  name: number,
  [moreZ, moreY]: readonly [string, string],
): string[] {
  const line = plus(times(`i32(local) / ${columns}`, correlation.axes[1].inputStep), y - first[1]) + moreY;
  const depth = moreZ ? `${z - first[0]}${moreZ}` : `${z - first[0]}`;
  const row = depth === '0' ? `(${line})` : `((${depth}) * ${height} + ${line})`;
  return [`let row${name} = ${plus(`${row} * ${vectors} + start`, -first[2])};`];
}

/** Where a tap row lies in a channel, and whether it does. More is added to its offsets where tap rows are looped over. */
export function writeRow(
  rows: Rows,
  { z, y }: Offsets,
  name: number,
  [moreZ, moreY]: readonly [string, string] = ['', ''],
): string[] {
  const { correlation, lanes, staging } = rows;
  if (staging) return writeStagedRow(rows, staging, { z, y }, name, [moreZ, moreY]);
  const [zs, ys, xs] = correlation.axes;
  const depth = plus(times('plane', zs.inputStep), z) + moreZ;
  const height = plus(times('line', ys.inputStep), y) + moreY;
  const checks = [
    ...(mayMissAxis(zs, z, moreZ) ? [`u32(${depth}) < ${zs.input}u`] : []),
    ...(mayMissAxis(ys, y, moreY) ? [`u32(${height}) < ${ys.input}u`] : []),
  ];
  const line = zs.input === 1 ? height : `(${depth}) * ${ys.input} + ${height}`;
  return [
    ...(checks.length > 0 ? [`let insideRow${name} = ${checks.join(' && ')};`] : []),
    `let row${name} = ${ys.input * zs.input === 1 ? '' : `${times(inParentheses(line), xs.input / lanes)} + `}start;`,
  ];
}

const mayMissAxis = ({ input, inputStep, positions }: Axis, offset: number, more: string): boolean =>
  more !== '' || offset < 0 || inputStep * (positions - 1) + offset >= input;

const mayMiss = ({ correlation, width, across, lanes }: Rows, vector: number): boolean => {
  const { input, inputStep } = correlation.axes[2];
  return vector < 0 || inputStep * (across - 1) * width + (vector + 1) * lanes > input;
};

/** A tap row of one channel as it is read: its number among those of the loop's body, and the channels before it. */
export interface RowRead {
  readonly name: number;
  /** The tap row's name in `writeRow`. */
  readonly row: number;
  readonly channel: number;
  /** The row's offsets have something added, so that it may always lie outside. */
  readonly looped: boolean;
}

/** Reads the columns of a tap row. */
export function readRow(rows: Rows, { z, y, entries }: TapRow, read: RowRead): string[] {
  const { correlation, source, lanes, staging } = rows;
  const [zs, ys] = correlation.axes;
  const more = read.looped ? 'looped' : '';
  const rowMisses = mayMissAxis(zs, z, more) || mayMissAxis(ys, y, more);
  const at = `at${read.name}`;
  const values = vectorsOf(rows, entries).map((v) => {
    if (staging) return `let ${vectorName(read.name, v)} = tile[${plus(at, v)}];`;
    const element = source.at(plus(at, v));
    const checks = [
      ...(rowMisses ? [`insideRow${read.row}`] : []),
      ...(mayMiss(rows, v) ? [`inside_${nameOf(v)}`] : []),
    ];
    const value =
      checks.length > 0 ? `select(${floats(lanes)}(), ${element}, ${checks.join(' && ')})` : element;
    return `let ${vectorName(read.name, v)} = ${value};`;
  });
  return [`let ${at} = ${plus('input', read.channel * channelSize(rows))} + row${read.row};`, ...values];
}

const vectorName = (read: number, vector: number): string => `x${read}_${nameOf(vector)}`;

/** The value of a column that was read. */
export function columnValue({ lanes }: Rows, read: number, column: number): string {
  const vector = Math.floor(column / lanes);
  return component(vectorName(read, vector), lanes, column - vector * lanes);
}
