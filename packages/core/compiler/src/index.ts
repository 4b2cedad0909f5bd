export { type CompiledModel, type CompileOptions, compile } from './compile.ts';
export { bytesMoved, type Cost, costOf, isCheaper } from './cost.ts';
export { cutRegions, type Region } from './cut.ts';
export { exportPipeline } from './export-pipeline.ts';
export type { Failover, FailoverPolicy } from './failover.ts';
export type { ModelRunOptions, Outputs, Side, WantedOutputs } from './outputs.ts';
export { type FiredInPass, type Pass, type RunPassesOptions, rulesPass, runPasses } from './pass.ts';
export { pipeline } from './pipeline.ts';
export { type Placement, placeNodes } from './place.ts';
export type { UnusableBackend } from './probe.ts';
export type { CompiledRegion } from './regions.ts';
export * from './report/index.ts';
export {
  type Fired,
  inPlaceOf,
  type Note,
  type Replacement,
  type Rule,
  rule,
  ruleOf,
  type Surroundings,
} from './rewrite.ts';
export type { Specialization } from './specialize.ts';
