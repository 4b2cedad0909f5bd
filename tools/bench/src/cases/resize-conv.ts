import type { Case } from './case.ts';
import { layerCase, type ResizeConvSpec, type Shape4 } from './layers.ts';
import type { CaseSource } from './models.ts';

/** Channels in, out, and places a side, on both sides of where a transposed convolution is faster in onnxruntime. */
const shapes: readonly (readonly [channels: number, out: number, size: number])[] = [
  [8, 8, 128],
  [16, 16, 128],
  [24, 24, 160],
  [32, 32, 64],
  [48, 16, 64],
  [96, 24, 40],
  [256, 128, 16],
  [256, 256, 8],
  [64, 4, 64],
  [16, 1, 160],
  [12, 3, 256],
];

const specOf = ([channels, out, size]: (typeof shapes)[number]): ResizeConvSpec => ({
  name: `nearest2conv3-${channels}to${out}-${size}`,
  op: 'Resize+Conv',
  x: [1, channels, size, size],
  scales: [1, 1, 2, 2],
  mode: 'nearest',
  coordinate_transformation_mode: 'asymmetric',
  nearest_mode: 'floor',
  w: [out, channels, 3, 3] satisfies Shape4,
  pads: [1, 1, 1, 1],
  from: 'resize-convolution decoders',
});

/** Nearest 2x and a 3x3 convolution in the shapes that `exportPipeline` decides about. */
export const resizeConvSources: readonly CaseSource[] = shapes.map(specOf).map((spec) => ({
  name: spec.name,
  load: async (): Promise<Case> => layerCase(spec),
}));
