import type { UnaryName } from '@polyphase/kernel';
import {
  type Expr,
  type Func,
  type FunctionBuilder,
  f32,
  f64,
  type ModuleBuilder,
  type ValueType,
} from '../wasm/index.ts';
import { erf, exp, log, tanh, type Writer } from './functions.ts';
import { type HostName, hostFunctions, isHostName } from './host.ts';
import { fusedLanes, type Lanes, scalarLanes, vectorLanes } from './lanes.ts';

const generated: Partial<Record<UnaryName, Writer>> = { exp, log, tanh, erf };

/** Short enough to be written where it is called in four lanes. */
const isInlined = (op: UnaryName): boolean => op === 'exp';

/** Whether a function is generated for four float32. */
export const hasLaneFunction = (op: UnaryName): boolean => op in generated;

/** The functions that the kernels of one module share, each written when it is first called. */
export class Library {
  readonly #module: ModuleBuilder;
  readonly #host: Map<HostName, Func>;
  readonly #lanes: Lanes<'v128', 'v128'>;
  readonly #written = new Map<string, Func>();

  /** Imports the host functions, which come before every other function of the module. `relaxed`: products and sums are fused. */
  constructor(module: ModuleBuilder, host: Iterable<HostName>, relaxed = false) {
    this.#module = module;
    this.#lanes = relaxed ? fusedLanes : vectorLanes;
    this.#host = new Map([...host].map((name) => [name, importHost(module, name)]));
  }

  /** A function of one float32, of one float64 or of four float32; undefined: there is none for four. */
  unary(f: FunctionBuilder, op: UnaryName, x: Expr): Expr | undefined {
    const writer = x.result === 'f64' ? undefined : generated[op];
    if (writer && x.result === 'v128' && isInlined(op))
      return writer(f, this.#lanes, f.let('x', x as Expr<'v128'>));
    if (writer) return f.call(this.#write(op, writer, x.result as 'f32' | 'v128'), { x })[0];
    return x.result === 'v128' || !isHostName(op) ? undefined : this.host(f, op, x);
  }

  /** A host function, in float64 whatever the operands are, rounded to their type; or in 64-bit integers. */
  host(f: FunctionBuilder, name: HostName, a: Expr, b?: Expr): Expr {
    const single = a.result === 'f32';
    const [x, y] = [a, b].map((operand) =>
      single && operand ? f64.promote_f32(operand as Expr<'f32'>) : operand,
    );
    const result = f.call(this.#host.get(name)!, { a: x!, ...(y && { b: y }) })[0]!;
    return single ? f32.demote_f64(result as Expr<'f64'>) : result;
  }

  #write(op: UnaryName, writer: Writer, type: 'f32' | 'v128'): Func<{ x: ValueType }, [ValueType]> {
    const name = `${op}.${type === 'v128' ? 'f32x4' : 'f32'}`;
    const known = this.#written.get(name) as Func<{ x: ValueType }, [ValueType]> | undefined;
    if (known) return known;
    const func =
      type === 'v128'
        ? this.#module.func(name, { x: type }, [type], (f, { x }) => f.return(writer(f, this.#lanes, x)))
        : this.#module.func(name, { x: type }, [type], (f, { x }) => f.return(writer(f, scalarLanes, x)));
    this.#written.set(name, func);
    return func as Func<{ x: ValueType }, [ValueType]>;
  }
}

function importHost(module: ModuleBuilder, name: HostName): Func {
  const { type, operands } = hostFunctions[name];
  return module.import(name, operands === 1 ? { a: type } : { a: type, b: type }, [type]);
}
