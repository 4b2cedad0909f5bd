import { errorFunction } from '@polyphase/ir';
import { type Expr, type KernelProgram, type Scalar, type UnaryName, visit } from '@polyphase/kernel';
import type { ValueType } from '../wasm/index.ts';

interface HostFunction {
  readonly type: ValueType;
  readonly operands: 1 | 2;
  readonly call: (a: never, b: never) => number | bigint;
}

const float1 = (call: (x: number) => number): HostFunction => ({ type: 'f64', operands: 1, call });
const float2 = (call: (a: number, b: number) => number): HostFunction => ({ type: 'f64', operands: 2, call });

/** IEEE 754's pow, which differs from JavaScript's where the base is 1 or -1. */
const pow = (a: number, b: number): number =>
  a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b;

/** a^b modulo 2^64; 0 for a negative power, whose true value is below 1, except those of 1 and -1. */
function powInteger(a: bigint, b: bigint): bigint {
  if (b < 0n) return a === 1n ? 1n : a === -1n ? (b % 2n === 0n ? 1n : -1n) : 0n;
  let result = 1n;
  for (let [base, rest] = [a, b]; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(64, result * base);
    base = BigInt.asIntN(64, base * base);
  }
  return result;
}

/** What generated code leaves to JavaScript: float functions in float64, powers of integers in 64 bits. */
export const hostFunctions = {
  exp: float1(Math.exp),
  log: float1(Math.log),
  erf: float1(errorFunction),
  sin: float1(Math.sin),
  cos: float1(Math.cos),
  tan: float1(Math.tan),
  asin: float1(Math.asin),
  acos: float1(Math.acos),
  atan: float1(Math.atan),
  sinh: float1(Math.sinh),
  cosh: float1(Math.cosh),
  tanh: float1(Math.tanh),
  asinh: float1(Math.asinh),
  acosh: float1(Math.acosh),
  atanh: float1(Math.atanh),
  pow: float2(pow),
  mod: float2((a, b) => a % b),
  powInteger: { type: 'i64', operands: 2, call: powInteger } as HostFunction,
} satisfies Partial<Record<UnaryName, HostFunction>> & Record<string, HostFunction>;

export type HostName = keyof typeof hostFunctions;

export const isHostName = (name: string): name is HostName => Object.hasOwn(hostFunctions, name);

/** The float32 functions that are generated (see functions.ts). */
const generated = ['exp', 'log', 'tanh', 'erf'];
const isFloat = (type: Scalar): boolean => type === 'f32' || type === 'f64';

function neededBy(e: Expr): HostName | undefined {
  if (e.kind === 'unary' && isHostName(e.op))
    return e.type === 'f32' && generated.includes(e.op) ? undefined : e.op;
  if (e.kind !== 'binary') return undefined;
  if (e.op === 'pow') return isFloat(e.type) ? 'pow' : 'powInteger';
  return e.op === 'mod' && isFloat(e.type) ? 'mod' : undefined;
}

/** The host functions that a program's kernels call. */
export function hostFunctionsOf({ steps }: Pick<KernelProgram, 'steps'>): ReadonlySet<HostName> {
  const roots = steps.flatMap((step) =>
    step.kind === 'loop'
      ? [step.kernel.index, step.kernel.value]
      : step.epilogue
        ? [step.epilogue.value]
        : [],
  );
  const names = new Set<HostName>();
  visit(roots, (e) => {
    const name = neededBy(e);
    if (name) names.add(name);
  });
  return names;
}
