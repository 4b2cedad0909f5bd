import { type Dim, floorDiv, mul } from '../dim.ts';
import type { Value } from '../graph.ts';
import { defineOp, type Interval, need } from '../op.ts';
import { sizeOf } from '../tensor.ts';
import { checkRank } from './shared.ts';

export interface DepthToSpaceAttributes {
  readonly blocksize: number;
  /**
   * Which channel goes to (row, column) of its block: 'DCR' (row * b + column) * C + c, as TensorFlow's depth_to_space;
   * 'CRD' (c * b + row) * b + column, as PyTorch's PixelShuffle. C: the number of output channels.
   */
  readonly mode: 'DCR' | 'CRD';
}

export interface SpaceToDepthAttributes {
  readonly blocksize: number;
}

type Map4 = readonly [Dim, Dim, Dim, Dim];

function checkBlocks(x: Value, blocksize: number): Map4 {
  checkRank('x', x, 4);
  need(Number.isSafeInteger(blocksize) && blocksize >= 1, 'PP2003', () => [
    `blocksize is ${blocksize}`,
    'Use an integer of at least 1',
  ]);
  return x.type.shape as unknown as Map4;
}

function checkDivides(what: string, length: Dim, divisor: number): void {
  need(typeof length === 'string' || length % divisor === 0, 'PP2002', () => [
    `${what} is ${length}, a multiple of ${divisor} is needed`,
    'Use another blocksize, or pad',
  ]);
}

/** The channel of the deep side that lies at (row, column) of the blocks of channel c of the wide side. */
function deepChannel(
  c: number,
  row: number,
  column: number,
  channels: number,
  attributes: DepthToSpaceAttributes,
): number {
  const { blocksize: b, mode } = attributes;
  return mode === 'CRD' ? (c * b + row) * b + column : (row * b + column) * channels + c;
}

/** For each element of the wide tensor [n, c, h, w] in row-major order, its offset in the deep one [n, c*b*b, h/b, w/b]. */
function deepOffsets(wide: readonly number[], attributes: DepthToSpaceAttributes): Int32Array {
  const [batch, channels, height, width] = wide as [number, number, number, number];
  const b = attributes.blocksize;
  const offsets = new Int32Array(sizeOf(wide));
  let next = 0;
  for (let n = 0; n < batch; n++)
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const deep = n * channels * b * b + deepChannel(c, y % b, x % b, channels, attributes);
          offsets[next++] = (deep * (height / b) + Math.floor(y / b)) * (width / b) + Math.floor(x / b);
        }
  return offsets;
}

/** Spreads channels over b x b blocks: [N, C*b*b, H, W] -> [N, C, H*b, W*b]. */
export const depthToSpace = defineOp<DepthToSpaceAttributes>()({
  name: 'depthToSpace',
  inputs: ['x'],
  defaults: { mode: 'DCR' },

  infer({ x }, { blocksize: b, mode }) {
    const [batch, channels, height, width] = checkBlocks(x, b);
    need(mode === 'DCR' || mode === 'CRD', 'PP2003', () => [`mode is '${mode}'`, "Use 'DCR' or 'CRD'"]);
    checkDivides('the number of channels of x', channels, b * b);
    return { dtype: x.type.dtype, shape: [batch, floorDiv(channels, b * b), mul(b, height), mul(b, width)] };
  },

  define: ({ x }, attributes, [y]) =>
    Float64Array.from(deepOffsets(y!.shape, attributes), (at) => x.data[at]!),

  reads([batch, , ...out], { x }, { blocksize: b }) {
    const axes = out.map(([from, to]): Interval => [Math.floor(from / b), Math.ceil(to / b)]);
    return { x: [batch!, [0, x.shape[1]!], ...axes] };
  },
});

/** Gathers b x b blocks into channels, as depthToSpace with mode 'DCR' undoes: [N, C, H*b, W*b] -> [N, C*b*b, H, W]. */
export const spaceToDepth = defineOp<SpaceToDepthAttributes>()({
  name: 'spaceToDepth',
  inputs: ['x'],

  infer({ x }, { blocksize: b }) {
    const [batch, channels, height, width] = checkBlocks(x, b);
    checkDivides('the height of x', height, b);
    checkDivides('the width of x', width, b);
    return {
      dtype: x.type.dtype,
      shape: [batch, mul(b * b, channels), floorDiv(height, b), floorDiv(width, b)],
    };
  },

  define({ x }, { blocksize }) {
    const data = new Float64Array(x.data.length);
    const offsets = deepOffsets(x.shape, { blocksize, mode: 'DCR' });
    for (const [i, at] of offsets.entries()) data[at] = x.data[i]!;
    return data;
  },

  reads([batch, , ...out], { x }, { blocksize: b }) {
    const axes = out.map(([from, to]): Interval => [from * b, to * b]);
    return { x: [batch!, [0, x.shape[1]!], ...axes] };
  },
});
