import { depthToSpace, spaceToDepth } from '@polyphase/ir';
import { casesOf, type Suite } from '../cases.ts';
import { withAt } from '../data.ts';
import { allWidths } from './shared.ts';

const spread = casesOf(depthToSpace, {
  "DCR: TensorFlow's order": { x: [1, 8, 2, 3], blocksize: 2 },
  "CRD: PyTorch's PixelShuffle": { x: [1, 8, 2, 3], blocksize: 2, mode: 'CRD' },
  'DCR, blocks of 3': { x: [2, 18, 2, 2], blocksize: 3 },
  'CRD, blocks of 3': { x: [2, 18, 2, 2], blocksize: 3, mode: 'CRD' },
  'one channel: both orders agree': { x: [1, 4, 3, 3], blocksize: 2 },
  'CRD, blocks of 4, as in super-resolution': { x: [1, 48, 3, 2], blocksize: 4, mode: 'CRD' },
  'blocks of 1 change nothing': { x: [1, 3, 2, 2], blocksize: 1 },
  'odd channels': { x: [1, 20, 3, 5], blocksize: 2, mode: 'CRD' },
  'DCR, odd channels': { x: [1, 28, 3, 5], blocksize: 2 },
  float16: { x: [1, 8, 2, 3], blocksize: 2, dtype: 'float16' },
  uint8: { x: [1, 8, 2, 3], blocksize: 2, mode: 'CRD', dtype: 'uint8' },
  int64: { x: [1, 4, 2, 2], blocksize: 2, dtype: 'int64' },
  'NaN is moved like a number': { x: withAt({ 9: Number.NaN }, [1, 8, 2, 2]), blocksize: 2 },
  'batch of none': { x: [0, 8, 2, 3], blocksize: 2 },
  ...allWidths('CRD', (width) => ({ x: [1, 8, 1, width], blocksize: 2, mode: 'CRD' as const })),
  ...allWidths('DCR', (width) => ({ x: [1, 12, 2, width], blocksize: 2 })),
});

const gathered = casesOf(spaceToDepth, {
  'blocks of 2': { x: [1, 3, 4, 6], blocksize: 2 },
  'blocks of 3, batch 2': { x: [2, 2, 6, 3], blocksize: 3 },
  'blocks as large as the map': { x: [1, 5, 4, 4], blocksize: 4 },
  float16: { x: [1, 2, 4, 4], blocksize: 2, dtype: 'float16' },
  ...allWidths('blocks of 2', (width) => ({ x: [1, 2, 2, 2 * width], blocksize: 2 })),
});

export const spaceSuite: Suite = { name: 'space', rows: [...spread, ...gathered] };
