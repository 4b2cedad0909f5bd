import type { DType } from '@polyphase/ir';
import type { EpiloguePlan } from '../contractions/epilogue.ts';
import { range } from '../families/geometry.ts';
import { hasProducts, type TileAxis } from './axis.ts';
import { type StripSize, stripSize } from './strip-size.ts';

/** Correlations of planes, cut into tiles along both axes: for each batch and group. */
export interface Tiling {
  readonly batch: number;
  readonly groups: number;
  /** Input and output channels of a group. */
  readonly channels: number;
  readonly rows: number;
  readonly axes: readonly [TileAxis, TileAxis];
}

/** What the outputs become on their way to memory. */
export interface Target {
  readonly dtype: DType;
  readonly bias: boolean;
  readonly epilogue: EpiloguePlan | undefined;
}

/** Tiles that a block holds side by side: four vectors. */
export const blockTiles = 16;
const lineBytes = 64;

/**
 * Products at one point of one phase, or of all phases of a group that read the same inputs: where the panel of inputs
 * lies in a block, and the sums among those of the group, in bytes.
 */
export interface Entry {
  readonly point: readonly [number, number];
  /** The first of its phases. */
  readonly phase: readonly [number, number];
  readonly panel: number;
  readonly sums: number;
}

/** Sizes and distances, in bytes where they are named so. */
export interface Plan {
  readonly tiling: Tiling;
  readonly target: Target;
  /** Output channels that are computed together, and how many times; an even number of rows for each entry. */
  readonly blockRows: number;
  readonly rowBlocks: number;
  /** Tile rows of a strip, and strips of an image. */
  readonly strip: StripSize;
  readonly strips: number;
  /** Input channels are summed up in so many parts of equal size. */
  readonly parts: number;
  /** From one panel of transformed inputs [channel][16 tiles] to the next, from one set of them, from one block. */
  readonly panelBytes: number;
  readonly setBytes: number;
  readonly blockBytes: number;
  readonly stripBytes: number;
  /** Phases along the height are computed in groups of so many, group after group; all groups have equal shapes. */
  readonly groupPhases: number;
  readonly phaseGroups: number;
  /** Phases of an entry. */
  readonly entryPhases: number;
  /** Group after group. */
  readonly entries: readonly Entry[];
  /** From the sums of one phase to the next, from one point to the next. */
  readonly phaseBytes: number;
  readonly pointBytes: number;
  readonly sumsBytes: number;
  /** Outputs of a group of phases, before they are cropped: elements of a row, and bytes of a channel's. */
  readonly pitch: number;
  readonly planeBytes: number;
}

/** Sums of so many rows and a block of tiles stay within a first-level cache. */
const fewRows = 16;
/** Where the inputs of a block of tiles are beyond a second-level cache, more rows let them be passed over less often. */
const secondLevelBytes = 1 << 20;
const mostSumsBytes = 3 << 15;
const mostInner = 256;
const mostStripBytes = 1 << 19;

/** What a plan has besides its products, and regardless of what the outputs become. */
export type Sizes = Omit<Plan, 'target' | 'entries'>;

export function planTiles(tiling: Tiling, target: Target): Plan {
  const sizes = sizesOf(tiling);
  return { ...sizes, target, entries: entriesOf(sizes) };
}

export function sizesOf(tiling: Tiling): Sizes {
  const { channels, rows, batch, groups, axes } = tiling;
  const [y, x] = axes;
  const groupPhases = phasesOfGroup(tiling.axes);
  const phases = groupPhases * x.phases.length;
  const points = y.algorithm.points * x.algorithm.points;
  const entryPhases = readSame(axes) ? phases : 1;
  const panelBytes = channels * 4 * blockTiles + lineBytes;
  const setBytes = points * panelBytes;
  const blockBytes = y.firsts.length * x.firsts.length * setBytes;
  const strip = stripSize(y.tiles, x.tiles, mostTiles(blockBytes));
  const mostRows = blockBytes > secondLevelBytes ? mostSumsBytes / (points * 4 * blockTiles) : fewRows;
  const blockRows = chooseBlockRows(rows, Math.max(2, Math.floor(mostRows / phases)), entryPhases);
  const phaseBytes = blockRows * 4 * blockTiles;
  const pitch = Math.ceil((x.tiles * runOf(x) + 4) / 4) * 4;
  const tileRows = Math.ceil((strip.blocks * blockTiles) / x.tiles);
  return {
    tiling,
    blockRows,
    rowBlocks: Math.ceil(rows / blockRows),
    strip,
    strips: batch * groups * strip.count,
    parts: partsOf(channels),
    groupPhases,
    entryPhases,
    phaseGroups: y.phases.length / groupPhases,
    panelBytes,
    setBytes,
    blockBytes,
    stripBytes: strip.blocks * blockBytes,
    phaseBytes,
    pointBytes: phases * phaseBytes,
    sumsBytes: points * phases * phaseBytes,
    pitch,
    planeBytes: 4 * pitch * tileRows * groupPhases * y.algorithm.outputs + lineBytes,
  };
}

/** How many entries a plan of these sizes has. */
export function countEntries({ tiling, groupPhases, entryPhases }: Sizes): number {
  const [y, x] = tiling.axes;
  if (entryPhases === 1) return productsOf(y, y.phases) * productsOf(x, x.phases);
  const firsts = y.phases.filter((_, i) => i % groupPhases === 0);
  return productsOf(y, firsts) * productsOf(x, x.phases.slice(0, 1));
}

/** At how many points some phases have products, all in all. */
const productsOf = (axis: TileAxis, phases: TileAxis['phases']): number =>
  phases.reduce(
    (all, phase) =>
      all + range(axis.algorithm.points).filter((point) => hasProducts(axis, phase, point)).length,
    0,
  );

/** As many tiles as keep the inputs of a strip in a second-level cache, and a few blocks at the least. */
const mostTiles = (blockBytes: number): number =>
  blockTiles * Math.min(8, Math.max(5, Math.floor(mostStripBytes / blockBytes)));

/** Outputs of all phases of one tile along an axis. */
export const runOf = ({ phases, algorithm }: TileAxis): number => phases.length * algorithm.outputs;

/** The number up to `most` that wastes the fewest rows, with an even number of rows in an entry. */
function chooseBlockRows(rows: number, most: number, phases: number): number {
  const choices = range(most)
    .map((i) => i + 1)
    .filter((block) => (block * phases) % 2 === 0);
  const total = (block: number) => Math.ceil(rows / block) * block;
  return choices.reduce((best, block) => (total(block) <= total(best) ? block : best));
}

/** The fewest equal parts of at most so many channels; one where there are none. */
function partsOf(channels: number): number {
  const least = Math.ceil(channels / mostInner);
  const fitting = range(least + 3)
    .map((i) => least + i)
    .find((parts) => channels % parts === 0);
  return fitting ?? 1;
}

/** The most phases whose code is written out one by one. */
const mostWritten = 9;

/** Whether all phases of an axis have products at the same points. */
const isUniform = (axis: TileAxis): boolean =>
  range(axis.algorithm.points).every(
    (point) => new Set(axis.phases.map((phase) => hasProducts(axis, phase, point))).size === 1,
  );

/** Whether the phases along both axes are alike, so that loops can go over them. */
export const isRegular = ([y, x]: Tiling['axes']): boolean => isUniform(y) && isUniform(x);

/** Whether all phases read the same tiles and have products at the same points. */
const readSame = (axes: Tiling['axes']): boolean =>
  isRegular(axes) && axes.every(({ firsts }) => firsts.length === 1);

/** Whether there is code for the phases: they are few or alike, and stored in whole vectors if they are many. */
export const hasCode = ([y, x]: Tiling['axes']): boolean =>
  y.phases.length * x.phases.length <= mostWritten ||
  (isRegular([y, x]) && (x.phases.length % 4 === 0 || x.phases.length < 4));

/** As many phases along the height as keep the sums small, if they are alike. */
function phasesOfGroup([y, x]: Tiling['axes']): number {
  if (!isRegular([y, x])) return y.phases.length;
  const fitting = range(y.phases.length)
    .map((i) => i + 1)
    .filter((count) => y.phases.length % count === 0 && count * x.phases.length <= fewRows / 2);
  return Math.max(1, ...fitting);
}

function entriesOf(plan: Sizes): readonly Entry[] {
  const [y, x] = plan.tiling.axes;
  const points = range(y.algorithm.points).flatMap((py) =>
    range(x.algorithm.points).map((px) => [py, px] as const),
  );
  const phases = range(plan.groupPhases * x.phases.length).filter((phase) => phase % plan.entryPhases === 0);
  return range(plan.phaseGroups).flatMap((group) =>
    points.flatMap((point) => phases.flatMap((phase) => entryOf(plan, group, point, phase) ?? [])),
  );
}

/** The entry of a group's phase at a point; undefined where its products are all 0. */
function entryOf(
  plan: Sizes,
  group: number,
  point: readonly [number, number],
  phase: number,
): Entry | undefined {
  const [y, x] = plan.tiling.axes;
  const j = phase % x.phases.length;
  const i = group * plan.groupPhases + (phase - j) / x.phases.length;
  const [phaseY, phaseX] = [y.phases[i]!, x.phases[j]!];
  if (!hasProducts(y, phaseY, point[0]) || !hasProducts(x, phaseX, point[1])) return undefined;
  const set = phaseY.set * x.firsts.length + phaseX.set;
  const index = point[0] * x.algorithm.points + point[1];
  return {
    point,
    phase: [i, j],
    panel: set * plan.setBytes + index * plan.panelBytes,
    sums: index * plan.pointBytes + phase * plan.phaseBytes,
  };
}
