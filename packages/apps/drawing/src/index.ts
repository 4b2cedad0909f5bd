export { type Code, codeOf, translated } from './code.ts';
export { at, type Grid, gridOf } from './grid.ts';
export { colours, type Picture, type Role, type Shape, short } from './picture.ts';
export { defaultSetting, type LayerSetting, layerOf, type Vocabulary } from './setting.ts';
export { animatedSvg, sameSize, shapeText, svg } from './svg.ts';
export { type Phase, phaseKernel, type Step, type Transposed, takeApart } from './transposed.ts';
export {
  coordinateMaps,
  type Planes,
  testCard,
  transposedOf,
  type UpsampleSetting,
  upsampled,
  upsampleModes,
} from './upsampled.ts';
export { frameCount, gridPicture, overlapPicture, phasePicture, stepPicture } from './views.ts';
