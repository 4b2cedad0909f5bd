import { type Expr, type LoopKernel, type LoopVar, visit } from '@polyphase/kernel';
import type { Target } from '../target.ts';
import { type Fold, type FoldWriter, indented } from '../text/expr-text.ts';
import type { Shader } from '../text/shader.ts';

const groupSize = 128;

/** Reductions of at least so many steps are shared, unless there are enough elements to keep a GPU busy. */
const leastSteps = 128;
const mostElements = 2 ** 15;

const stepsOf = (loops: readonly LoopVar[]): number => loops.reduce((all, { extent }) => all * extent, 1);

/** How many invocations compute one element of the kernel together; undefined where one does. */
export function sharersOf({ loops, value }: LoopKernel, { software, limits }: Target): number | undefined {
  if (software || stepsOf(loops) > mostElements) return undefined;
  let longest = 0;
  visit([value], (e: Expr) => {
    if (e.kind === 'reduce') longest = Math.max(longest, stepsOf(e.loops));
  });
  if (longest < leastSteps) return undefined;
  return Math.min(groupSize, limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX);
}

/**
 * Reductions by a workgroup: each invocation folds every `size`-th step, then pairs of results are joined until one is
 * left, which all of them have afterwards. `lane` is the number of the invocation.
 */
export function foldTogether(shader: Shader, lane: string, size: number): FoldWriter {
  return ({ total, type, identity, loops, body, join }: Fold) => {
    const steps = loops.reduce((all, { extent }) => all * extent, 1);
    const [only, ...others] = loops;
    const isOne = others.length === 0;
    const step = isOne ? only!.name : shader.names.of('turn');
    const [partial, half] = [`partial ${total}`, 'half'].map((name) => shader.names.of(name));
    shader.code(`var<workgroup> ${partial}: array<${type}, ${size}>;`);
    return [
      `var ${total} = ${identity};`,
      `for (var ${step} = ${lane}; ${step} < ${steps}; ${step} += ${size}) {`,
      ...indented([...(isOne ? [] : stepLets(loops, step)), ...body]),
      '}',
      `${partial}[${lane}] = ${total};`,
      'workgroupBarrier();',
      `for (var ${half} = ${size / 2}; ${half} > 0; ${half} /= 2) {`,
      `  if (${lane} < ${half}) { ${partial}[${lane}] = ${join(`${partial}[${lane}]`, `${partial}[${lane} + ${half}]`)}; }`,
      '  workgroupBarrier();',
      '}',
      `${total} = ${partial}[0];`,
    ];
  };
}

/** The loops' steps from the number of the step of all. */
function stepLets(loops: Fold['loops'], step: string): readonly string[] {
  let passed = 1;
  const lets: string[] = [];
  for (const [i, { name, extent }] of loops.toReversed().entries()) {
    const outer = passed === 1 ? step : `${step} / ${passed}`;
    lets.unshift(`let ${name} = ${i === loops.length - 1 ? outer : `${outer} % ${extent}`};`);
    passed *= extent;
  }
  return lets;
}
