import type { Buffer, LoopVar, ReduceName, Scalar } from '@polyphase/kernel';
import { identityOf } from '@polyphase/kernel';
import type { Library } from '../math/library.ts';
import {
  type Expr,
  type FunctionBuilder,
  i32,
  i32x4,
  type Local,
  type Operand,
  v128,
} from '../wasm/index.ts';
import { type LoadNode, type Node, operandsOf, type Place, type ReduceNode } from './dag.ts';
import { isContiguous, laneOperandsOf, lanesOfReduction, stepOf } from './lanes.ts';
import * as one from './scalar-ops.ts';
import * as four from './vector-ops.ts';

type Vector = Expr<'v128'>;
type Address = Expr<'i32'>;

const joins: Readonly<Record<ReduceName, 'add' | 'mul' | 'max' | 'min'>> = {
  sum: 'add',
  prod: 'mul',
  max: 'max',
  min: 'min',
};

/**
 * Writes the code of nodes into a function: one value (`scalar`), or the values of four steps of a loop (`vector`). A
 * value that is used again is kept in a variable for as long as the loops around it do not move on.
 */
export class Evaluator {
  readonly f: FunctionBuilder;
  readonly library: Library;
  readonly #bases: ReadonlyMap<Buffer, Address>;
  readonly #counters = new Map<LoopVar, Address>();
  #scalars = new Map<Node, Expr>();
  #vectors = new Map<Node, Vector>();
  /** The loop of which four steps are computed at once; its counter stands at the first. */
  #lane: LoopVar | undefined;

  constructor(f: FunctionBuilder, library: Library, bases: ReadonlyMap<Buffer, Address>) {
    this.f = f;
    this.library = library;
    this.#bases = bases;
  }

  /** Writes a loop; what `roots` need that does not change in it is computed before. */
  loop(loop: LoopVar, roots: readonly Node[], range: Range, body: () => void): void {
    this.hoist(roots);
    this.f.for(loop.name, range.from, range.to, range.step ?? 1, (counter) =>
      this.within(loop, counter, body),
    );
  }

  /** A loop four steps at a time, then one at a time for the rest: `whole` inside the one, `rest` inside the other. */
  lanes(loop: LoopVar, roots: readonly Node[], { from, to }: Range, { whole, rest }: LaneBodies): void {
    this.hoist(roots, loop);
    const middle = this.#middle(loop, from, to);
    this.loop(loop, [], { from, to: middle, step: 4 }, () => this.inLanes(loop, whole));
    this.loop(loop, [], { from: middle, to }, rest);
  }

  /** Where the last four whole steps end. */
  #middle({ name }: LoopVar, from: Operand<'i32'>, to: Operand<'i32'>): Operand<'i32'> {
    if (typeof from === 'number' && typeof to === 'number') return from + ((to - from) & ~3);
    const count = i32.sub(asExpr(to), asExpr(from));
    return this.f.let(`${name}.middle`, i32.add(asExpr(from), i32.and(count, -4)));
  }

  /** Runs `body` with a value for the loop's counter; what it computes is forgotten afterwards. */
  within(loop: LoopVar, counter: Address, body: () => void): void {
    this.#counters.set(loop, counter);
    this.scope(body);
    this.#counters.delete(loop);
  }

  /** Runs `body`; what it computes is forgotten afterwards. */
  scope(body: () => void): void {
    const [scalars, vectors] = [this.#scalars, this.#vectors];
    this.#scalars = new Map(scalars);
    this.#vectors = new Map(vectors);
    body();
    [this.#scalars, this.#vectors] = [scalars, vectors];
  }

  /** Runs `body` for four steps of a loop at once. */
  inLanes(loop: LoopVar, body: () => void): void {
    const outer = this.#lane;
    this.#lane = loop;
    body();
    this.#lane = outer;
  }

  /**
   * Computes the largest parts of the roots that depend on no loop further in, now: for all four steps of the lane
   * where values are wanted, for the first one where addresses are.
   */
  hoist(roots: readonly Node[], lane = this.#lane): void {
    const seen = [new Set<Node>(), new Set<Node>()] as const;
    const visit = (node: Node, inLanes: boolean): void => {
      const visited = seen[inLanes ? 1 : 0];
      if (visited.has(node) || isPlain(node)) return;
      visited.add(node);
      const wide = inLanes && lane !== undefined && node.free.has(lane);
      if ([...node.free].every((loop) => this.#counters.has(loop)))
        return this.#hoistNode(node, inLanes, wide);
      const values = wide ? laneOperandsOf(node, lane) : [];
      for (const operand of operandsOf(node)) visit(operand, values.includes(operand));
    };
    for (const root of roots) visit(root, lane !== undefined);
  }

  #hoistNode(node: Node, inLanes: boolean, wide: boolean): void {
    if (!wide && !this.#scalars.has(node)) this.#keep(node, this.#compute(node));
    if (inLanes && !this.#vectors.has(node)) this.#keepLanes(node, this.#computeLanes(node));
  }

  /** The value of a node; in lanes, of the first one. */
  scalar(node: Node): Expr {
    const known = this.#scalars.get(node);
    if (known) return known;
    const value = this.#compute(node);
    return node.uses > 1 && !isPlain(node) ? this.#keep(node, value) : value;
  }

  /** The values of a node in four lanes. */
  vector(node: Node): Vector {
    const known = this.#vectors.get(node);
    if (known) return known;
    const value = this.#computeLanes(node);
    return node.uses > 1 ? this.#keepLanes(node, value) : value;
  }

  /** Takes these for the values of a node. */
  preset(node: Node, { scalar, vector }: { readonly scalar?: Expr; readonly vector?: Vector }): void {
    if (scalar) this.#scalars.set(node, scalar);
    if (vector) this.#vectors.set(node, vector);
  }

  loadScalar(place: Place): Expr {
    return one.load(this, place.dtype, this.scalar(place.address) as Address, place.offset);
  }

  storeScalar(place: Place, value: Expr): void {
    one.store(this, place.dtype, this.scalar(place.address) as Address, value, place.offset);
  }

  storeVector(place: Place, type: Scalar, value: Vector): void {
    if (isContiguous(place, this.#lane!)) {
      return four.store(
        this,
        { type, dtype: place.dtype },
        this.scalar(place.address) as Address,
        value,
        place.offset,
      );
    }
    four.scatter(this, { type, dtype: place.dtype }, this.#laneAddresses(place), value, place.offset);
  }

  #keep(node: Node, value: Expr): Local {
    const kept = this.f.let(nameOf(node), value);
    this.#scalars.set(node, kept);
    return kept;
  }

  #keepLanes(node: Node, value: Vector): Local<'v128'> {
    const kept = this.f.let(`${nameOf(node)}s`, value);
    this.#vectors.set(node, kept);
    return kept;
  }

  #compute(node: Node): Expr {
    switch (node.kind) {
      case 'const':
        return one.constant(node.type, node.value);
      case 'var':
        return this.#counters.get(node.loop)!;
      case 'base':
        return this.#bases.get(node.buffer)!;
      case 'load':
        return this.loadScalar(node);
      case 'reduce':
        return this.#reduce(node);
      default:
        return this.#apply(
          node,
          operandsOf(node).map((operand) => this.scalar(operand)),
        );
    }
  }

  /** One operation on values that have been computed. */
  #apply(node: Node, [a, b, c]: readonly Expr[]): Expr {
    switch (node.kind) {
      case 'unary':
        return one.unary(this, node.op, node.type, a!);
      case 'binary':
        return one.binary(this, node.op, node.type, a!, b!);
      case 'compare':
        return one.compare(node.op, node.a.type, a!, b!);
      case 'select':
        return one.choose(a as Expr<'i32'>, b!, c!);
      case 'convert':
        return one.convert(node.type, node.x.type, a!);
      case 'narrow':
        return one.narrow(this, node.dtype, a!);
      default:
        throw new TypeError(`${node.kind} is no operation`);
    }
  }

  #computeLanes(node: Node): Vector {
    const lane = this.#lane;
    if (!lane || !node.free.has(lane)) return four.splat(node.type, this.scalar(node));
    switch (node.kind) {
      case 'var':
        return i32x4.add(i32x4.splat(this.#counters.get(lane)!), v128.const('i32x4', [0, 1, 2, 3]));
      case 'load':
        return this.#loadLanes(node);
      case 'reduce':
        return this.#reduceLanes(node);
      default: {
        const operands = operandsOf(node).map((operand) => this.vector(operand));
        return this.#applyLanes(node, operands) ?? this.#laneByLane(node, operands);
      }
    }
  }

  #applyLanes(node: Node, [a, b, c]: readonly Vector[]): Vector | undefined {
    switch (node.kind) {
      case 'unary':
        return four.unary(this, node.op, node.type, a!);
      case 'binary': {
        const bound = node.b.kind === 'const' ? node.b.value : Number.NaN;
        if ((node.op === 'shl' || node.op === 'shr') && bound >= 0 && bound < 32)
          return four.shift(node.op, node.type, a!, bound);
        const limits =
          node.type === 'f32' && (node.op === 'min' || node.op === 'max') && !Number.isNaN(bound);
        return limits
          ? four.limit(node.op as 'min' | 'max', a!, b!)
          : four.binary(node.op, node.type, a!, b!);
      }
      case 'compare':
        return four.compare(node.op, node.a.type, a!, b!);
      case 'select':
        return four.select(a!, b!, c!);
      case 'convert':
        return four.convert(node.type, node.x.type, a!);
      case 'narrow':
        return four.narrow(this, node.dtype, a!);
      default:
        return undefined;
    }
  }

  #laneByLane(node: Node, operands: readonly Vector[]): Vector {
    const { f } = this;
    const inputs = operands.map((operand) => f.let('lanes', operand));
    const types = operandsOf(node).map(({ type }) => type);
    const result = f.local('result', 'v128');
    for (const lane of [0, 1, 2, 3]) {
      const values = inputs.map((input, i) => four.extract(types[i]!, input, lane));
      f.set(result, four.replace(node.type, result, this.#apply(node, values), lane));
    }
    return result;
  }

  /** Where the four elements lie, `offset` bytes further on. */
  #laneAddresses(place: Place): readonly Address[] {
    const { f } = this;
    const step = stepOf(place, this.#lane!);
    if (step === undefined) {
      const addresses = f.let('addresses', this.vector(place.address));
      return [0, 1, 2, 3].map((lane) => i32x4.extract_lane(addresses, lane));
    }
    const first = f.let('address', this.scalar(place.address) as Address);
    return [0, 1, 2, 3].map((lane) => i32.add(first, step * lane));
  }

  #loadLanes(node: LoadNode): Vector {
    const { dtype, offset } = node;
    if (isContiguous(node, this.#lane!))
      return four.load(this, dtype, this.scalar(node.address) as Address, offset);
    return four.gather(
      this,
      node,
      this.#laneAddresses(node).map((address) => ({ address, offset })),
    );
  }

  /** The loops of a reduction around what it does at each step. */
  #nest(loops: readonly LoopVar[], body: Node, step: () => void): void {
    const [loop, ...inner] = loops;
    if (loop) this.loop(loop, [body], { from: 0, to: loop.extent }, () => this.#nest(inner, body, step));
    else step();
  }

  #reduce(node: ReduceNode): Expr {
    const { f } = this;
    const join = joins[node.op];
    const lane = this.#lane ? undefined : lanesOfReduction(node);
    const total = f.let(node.op, this.#identity(node));
    const step = () =>
      void f.set(total, one.binary(this, join, node.type, total, this.scalar(node.body)) as never);
    if (!lane) {
      this.#nest(node.loops, node.body, step);
      return total;
    }
    const sums = f.let(`${node.op}s`, four.splat(node.type, this.#identity(node)));
    const steps = () => void f.set(sums, this.#join(node, sums, this.vector(node.body)));
    this.#nest(node.loops.slice(0, -1), node.body, () =>
      this.lanes(lane, [node.body], { from: 0, to: lane.extent }, { whole: steps, rest: step }),
    );
    for (const i of [0, 1, 2, 3])
      f.set(total, one.binary(this, join, node.type, total, four.extract(node.type, sums, i)) as never);
    return total;
  }

  #reduceLanes(node: ReduceNode): Vector {
    const { f } = this;
    const sums = f.let(`${node.op}s`, four.splat(node.type, this.#identity(node)));
    this.#nest(node.loops, node.body, () => f.set(sums, this.#join(node, sums, this.vector(node.body))));
    return sums;
  }

  #identity({ op, type }: ReduceNode): Expr {
    const identity = identityOf(op, type);
    return one.constant(type, identity.kind === 'const' ? identity.value : 0);
  }

  #join = ({ op, type }: ReduceNode, a: Vector, b: Vector): Vector => four.binary(joins[op], type, a, b)!;
}

interface Range {
  readonly from: Operand<'i32'>;
  readonly to: Operand<'i32'>;
  readonly step?: number;
}

interface LaneBodies {
  whole(): void;
  rest(): void;
}

const asExpr = (value: Operand<'i32'>): Address => (typeof value === 'number' ? i32.const(value) : value);

/** Not worth a variable. */
const isPlain = ({ kind }: Node): boolean =>
  kind === 'const' || kind === 'sum' || kind === 'base' || kind === 'var';

const nameOf = (node: Node): string => ('op' in node ? node.op : node.kind);
