export type { FieldReport, GraphReport, LayerReport, Totals, TypedName } from './layers.ts';
export { type GraphMemory, graphMemory } from './memory.ts';
export { type PlacementReport, placementReport } from './placement.ts';
export { type ModelReport, type ProgramSummary, reportOf } from './report.ts';
export { type RewriteReport, rewriteReports } from './rewrites.ts';
