import { expect } from 'vitest';
import { type Expr, type LoopVar, scalarOf } from './expr.ts';
import type { KernelProgram } from './program.ts';
import { touchedBy } from './schedule.ts';
import { freeLoops, operandsOf, visit } from './walk.ts';

/** What the type of an expression must be, from its parts. */
function isTyped(e: Expr): boolean {
  const types = operandsOf(e).map(({ type }) => type);
  switch (e.kind) {
    case 'const':
      return e.type !== 'i32' || Object.is(e.value, e.value | 0);
    case 'var':
      return e.type === 'i32';
    case 'load':
      return e.type === scalarOf[e.buffer.dtype] && types[0] === 'i32';
    case 'unary':
    case 'binary':
    case 'reduce':
      return types.every((type) => type === e.type);
    case 'compare':
      return e.type === 'bool' && types[0] === types[1];
    case 'select':
      return types[0] === 'bool' && types[1] === e.type && types[2] === e.type;
    case 'convert':
      return types[0] !== e.type;
    case 'narrow':
      return scalarOf[e.dtype] === e.type && types[0] === e.type;
  }
}

function expectTyped(roots: readonly Expr[]): void {
  visit(roots, (e) => {
    if (!isTyped(e))
      expect.fail(
        `${e.kind} ${'op' in e ? e.op : ''} of type ${e.type} around ${operandsOf(e)
          .map(({ type }) => type)
          .join(', ')}`,
      );
  });
}

function expectClosed(roots: readonly Expr[], loops: readonly LoopVar[]): void {
  for (const root of roots)
    for (const loop of freeLoops(root)) expect(loops, `loop ${loop.name}`).toContain(loop);
}

/** Types agree, no loop is used outside of itself, nothing is read before it is written, every buffer is listed. */
export function verifyProgram(program: KernelProgram): void {
  const ready = new Set([...program.inputs, ...program.constants.keys()]);
  for (const step of program.steps) {
    const touched = touchedBy(step);
    const target = touched.at(-1)!;
    for (const buffer of touched) {
      expect(program.buffers).toContain(buffer);
      if (buffer !== target) expect(ready, `${buffer.name} is read before it is written`).toContain(buffer);
    }
    ready.add(target);
    expect(program.inputs).not.toContain(target);
    expect(step.nodes.length).toBeGreaterThan(0);
    if (step.kind === 'loop') {
      const roots = [step.kernel.index, step.kernel.value];
      expectTyped(roots);
      expectClosed(roots, step.kernel.loops);
      expect(step.kernel.value.type).toBe(scalarOf[target.dtype]);
      expect(step.kernel.loops.every(({ extent }) => extent > 1)).toBe(true);
    } else if (step.epilogue) {
      const { sum, value } = step.epilogue;
      visit([value], (e) => {
        if (e.kind === 'load' && sum.kind === 'load' && e.buffer === sum.buffer) expect(e).toBe(sum);
      });
      expectTyped([value]);
      expectClosed([step.epilogue.value], step.epilogue.loops);
      expect(step.epilogue.value.type).toBe(scalarOf[target.dtype]);
    }
  }
  for (const buffer of program.outputs) if (buffer.size > 0) expect(ready).toContain(buffer);
}
