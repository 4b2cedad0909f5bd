export { type CompiledModel, type CompileOptions, compile, type UnusableBackend } from './compile.ts';
export { bytesMoved, type Cost, costOf, isCheaper } from './cost.ts';
export { type FiredInPass, type Pass, type RunPassesOptions, rulesPass, runPasses } from './pass.ts';
export { pipeline } from './pipeline.ts';
export { cutRegions, type Placement, placeNodes, type Region } from './place.ts';
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
export type { CompiledRegion, Specialization } from './specialize.ts';
