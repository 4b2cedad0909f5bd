export type { TfjsDifference } from './layers/differences.ts';
export type { CustomLayer, CustomLayers } from './layers/row.ts';
export { type KerasSource, type LoadKerasOptions, loadKeras } from './load.ts';
