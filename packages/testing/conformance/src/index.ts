export type { Case, CaseContent, DataSet } from './case.ts';
export { type Comparison, compare, onnxTolerance, type Tolerance } from './compare.ts';
export { disputedByOnnx, roundedByOnnx } from './disputed.ts';
export { type Gaps, gapOf, matches, unusedGaps } from './gaps.ts';
export {
  type CaseResult,
  type RunCaseOptions,
  type RunCasesOptions,
  runCase,
  runCases,
  type Status,
  withGap,
} from './run.ts';
