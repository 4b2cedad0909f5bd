import { type Dim, need, ops, type Value } from '@polyphase/ir';
import { int, oneOf, required } from '../attributes.ts';
import { type Context, row, type Table } from '../row.ts';
import { lengthsOf, reshapeTo } from './shared.ts';

/** SpaceToDepth in PyTorch's order of channels, the inverse of DepthToSpace's CRD. */
function spaceToDepthCrd(context: Context, x: Value, b: number): Value {
  const [n, c, h, w] = lengthsOf(x) as [number, number, number, number];
  const blocks: Dim[] = [n, c, h / b, b, w / b, b];
  need(h % b === 0 && w % b === 0, 'PP2002', () => [
    `blocks of ${b} do not divide a map of ${h} x ${w}`,
    'Pad it, or use another blocksize',
  ]);
  const apart = reshapeTo(context, x, blocks, 'blocks');
  const moved = context.make(ops.transpose, { x: apart }, { perm: [0, 1, 3, 5, 2, 4] }, 'moved');
  return reshapeTo(context, moved, [n, c * b * b, h / b, w / b]);
}

const blocksize = required(int());

const mode = oneOf('DCR', 'CRD');

const depthToSpaceRow = (more: { readonly mode?: typeof mode }) =>
  row({
    inputs: ['x'],
    attributes: { blocksize, ...more },
    build: ({ x }, { blocksize, mode = 'DCR' }, context) =>
      context.make(ops.depthToSpace, { x }, { blocksize, mode }),
  });

export const blocks: Table = {
  DepthToSpace: { 1: depthToSpaceRow({}), 11: depthToSpaceRow({ mode }) },
  SpaceToDepth: {
    1: row({
      inputs: ['x'],
      attributes: { blocksize },
      build: ({ x }, { blocksize }, context) => context.make(ops.spaceToDepth, { x }, { blocksize }),
    }),
    28: row({
      inputs: ['x'],
      attributes: { blocksize, mode },
      build: ({ x }, { blocksize, mode }, context) =>
        mode === 'DCR'
          ? context.make(ops.spaceToDepth, { x }, { blocksize })
          : spaceToDepthCrd(context, x, blocksize),
    }),
  },
};
