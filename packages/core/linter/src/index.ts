export {
  type ChannelPhases,
  type Checkerboard,
  checkerboardOf,
  checkerboards,
} from './checkerboard/checkerboard.ts';
export { type Equalised, equalised } from './checkerboard/equalise.ts';
export { type PhaseSums, type Phases, phaseSums, phasesOf } from './checkerboard/phases.ts';
export { type Finding, type LintRule, type Severity, severities } from './finding.ts';
export { type LintOptions, type LintReport, lint, lintRules } from './lint.ts';
export { type Consequence, type Defect, defects } from './runtimes/index.ts';
