/** What kind of work an operation is; each has a colour. */
export const families = [
  'contraction',
  'upsampling',
  'pooling',
  'normalisation',
  'pointwise',
  'movement',
] as const;
export type Family = (typeof families)[number];

const members: Readonly<Partial<Record<Family, readonly string[]>>> = {
  contraction: ['conv', 'convTranspose', 'matMul'],
  upsampling: ['upsample', 'depthToSpace', 'maxUnpool'],
  pooling: ['maxPool', 'averagePool', 'lpPool', 'argMax', 'argMin', 'softmax', 'logSoftmax'],
  movement: [
    'reshape',
    'transpose',
    'concat',
    'split',
    'slice',
    'pad',
    'gather',
    'gatherElements',
    'gatherNd',
    'scatterElements',
    'scatterNd',
    'expand',
    'tile',
    'spaceToDepth',
    'identity',
    'cast',
  ],
};

const familyByOp = new Map(
  Object.entries(members).flatMap(([family, ops]) => ops.map((op) => [op, family as Family] as const)),
);

export const familyOf = (op: string): Family =>
  familyByOp.get(op) ??
  (/normalization|^lrn$/i.test(op) ? 'normalisation' : /^reduce/.test(op) ? 'pooling' : 'pointwise');
