import type { LintRule } from '../finding.ts';
import { onnxruntimeResize } from './onnxruntime-resize.ts';
import { onnxruntimeTransposed } from './onnxruntime-transposed.ts';
import { otherRuntimes } from './others.ts';
import { type Defect, ruleOfDefect } from './row.ts';

export type { Consequence, Defect } from './row.ts';

/** What named runtimes are known to do with layers that they should compute. */
export const defects: readonly Defect[] = [...onnxruntimeTransposed, ...onnxruntimeResize, ...otherRuntimes];

export const runtimeRules: readonly LintRule[] = defects.map(ruleOfDefect);
