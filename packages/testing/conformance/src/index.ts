export type { Case, CaseContent, DataSet } from './case.ts';
export {
  cases,
  casesOf,
  networks,
  type Row,
  type RowDefaults,
  type RowOptions,
  type Suite,
  type SuiteRow,
} from './cases.ts';
export {
  type Comparison,
  compare,
  type Difference,
  onnxTolerance,
  type Tolerance,
  widened,
} from './compare.ts';
export { between, elements, type Filling, int64, type OperandSpec, typed, withAt } from './data.ts';
export { disputedByOnnx, disputedGoldens, roundedByOnnx } from './disputed.ts';
export { type Gaps, gapOf, matches, unusedGaps } from './gaps.ts';
export { type Law, type LawOptions, laws, runLaw } from './laws/index.ts';
export { type DataOptions, Network, type Sample } from './network.ts';
export * from './report/index.ts';
export {
  type CaseResult,
  type Finding,
  type RunCaseOptions,
  type RunCasesOptions,
  runCase,
  runCases,
  type Status,
  withGap,
} from './run.ts';
export { type Stage, stages } from './stages.ts';
export { suiteCases } from './suite-cases.ts';
export { suites } from './suites/index.ts';
export { judge, type Verdict } from './tolerance/judge.ts';
