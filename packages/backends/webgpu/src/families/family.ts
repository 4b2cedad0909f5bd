import type { Node } from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import type { Target } from '../target.ts';
import type { Dispatch, ShaderContext } from '../text/shader.ts';

/** One way to compute the contractions of some nodes. */
export interface Family {
  accepts(node: Node): boolean;
  /** The dispatches of a step, in order. */
  emit(step: ContractionStep, context: ShaderContext): readonly Dispatch[];
}

/** So many workgroups as a grid within the limit of a dimension; it may hold some more. */
export function spread(total: number, { limits }: Target): readonly [number, number, number] {
  const rows = Math.ceil(total / limits.maxComputeWorkgroupsPerDimension);
  return [Math.ceil(total / rows), rows, 1];
}

/** The number of a workgroup in such a grid. */
export const workgroupIn = ([columns, rows]: readonly [number, number, number]): string =>
  rows === 1 ? 'i32(id.x)' : `i32(id.y * ${columns}u + id.x)`;

/** Whether an operand or a result is of a type that families compute in. */
export const isFloat = (node: Node): boolean =>
  [...node.inputs, ...node.outputs].every(
    (value) => value === undefined || value.type.dtype === 'float32' || value.type.dtype === 'float16',
  );
