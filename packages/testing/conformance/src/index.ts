export type { Case, CaseContent, DataSet } from './case.ts';
export { compare, type Comparison, onnxTolerance, type Tolerance } from './compare.ts';
export { disputedByOnnx } from './disputed.ts';
export { type Gaps, gapOf, matches, unusedGaps } from './gaps.ts';
export { type CaseResult, runCase, runCases, type RunCasesOptions, type Status, withGap } from './run.ts';
