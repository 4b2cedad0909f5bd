import { add, type Expr, int, type LoopVar, mul, variable } from '@polyphase/kernel';

/** sum of loop * stride, the strides being those of a dense tensor over the loops: the number of the iteration. */
export function iterationOf(loops: readonly LoopVar[]): Expr {
  let [number, stride] = [int(0), 1];
  for (const loop of loops.toReversed()) {
    number = add(mul(variable(loop), int(stride)), number);
    stride *= loop.extent;
  }
  return number;
}

/** `let`s that take the iteration's number `i` apart, of those loops that the statements name. */
export function iterationLets(
  loops: readonly LoopVar[],
  names: ReadonlyMap<LoopVar, string>,
  statements: readonly string[],
): readonly string[] {
  const used = new Set(statements.join('\n').match(/[A-Za-z_]\w*/g));
  let passed = 1;
  const lets: string[] = [];
  for (const [i, loop] of loops.toReversed().entries()) {
    const name = names.get(loop)!;
    const outer = passed === 1 ? 'i' : `i / ${passed}`;
    const value = i === loops.length - 1 ? outer : `${outer} % ${loop.extent}`;
    if (used.has(name)) lets.unshift(`let ${name} = ${value};`);
    passed *= loop.extent;
  }
  return lets;
}
