import type { Buffer, LoopVar, Scalar } from '@polyphase/kernel';
import type { Library } from '../math/library.ts';
import {
  type Expr,
  type FunctionBuilder,
  i32,
  i32x4,
  type Local,
  type Operand,
  shuffle32,
  v128,
} from '../wasm/index.ts';
import { isContiguous, laneOperandsOf, stepOf } from './lanes.ts';
import { type LoadNode, type Node, operandsOf, type Place, type Repeat } from './nodes.ts';
import { apply, applyLanes } from './operations.ts';
import { type FoldWriter, fold, foldLanes } from './reductions.ts';
import * as one from './scalar-ops.ts';
import * as four from './vector-ops.ts';

type Vector = Expr<'v128'>;
type Address = Expr<'i32'>;

/**
 * Writes the code of nodes into a function: one value (`scalar`), or the values of four steps of a loop (`vector`). A
 * value that is used again is kept in a variable for as long as the loops around it do not move on.
 */
export class Evaluator implements FoldWriter {
  readonly f: FunctionBuilder;
  readonly library: Library;
  readonly #bases: ReadonlyMap<Buffer, Address>;
  readonly #counters = new Map<LoopVar, Address>();
  #scalars = new Map<Node, Expr>();
  #vectors = new Map<Node, Vector>();
  #lane: LoopVar | undefined;

  constructor(f: FunctionBuilder, library: Library, bases: ReadonlyMap<Buffer, Address>) {
    this.f = f;
    this.library = library;
    this.#bases = bases;
  }

  /** The loop of which four steps are computed at once; its counter stands at the first. */
  get lane(): LoopVar | undefined {
    return this.#lane;
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

  /** A loop in which each body has four steps of its own. */
  sideBySide(
    loop: LoopVar,
    roots: readonly Node[],
    { from, to }: Range,
    bodies: readonly (() => void)[],
  ): void {
    this.hoist(roots, loop);
    this.f.for(loop.name, from, to, 4 * bodies.length, (counter) => {
      for (const [i, body] of bodies.entries()) {
        const own = i === 0 ? counter : this.f.let(loop.name, i32.add(counter, 4 * i));
        this.within(loop, own, () => this.inLanes(loop, body));
      }
    });
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
      if ([...node.free].every((loop) => this.#counters.has(loop))) this.#hoistNode(node, inLanes, wide);
      else {
        const values = wide ? laneOperandsOf(node, lane) : [];
        for (const operand of operandsOf(node)) visit(operand, values.includes(operand));
      }
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
    const element = { type, dtype: place.dtype };
    if (isContiguous(place, this.#lane!))
      four.store(this, element, this.scalar(place.address) as Address, value, place.offset);
    else four.scatter(this, element, this.#laneAddresses(place), value, place.offset);
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
        return fold(this, node);
      default:
        return apply(
          this,
          node,
          operandsOf(node).map((operand) => this.scalar(operand)),
        );
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
        return foldLanes(this, node);
      default:
        return applyLanes(this, node, {
          vector: (operand) => this.vector(operand),
          scalar: (operand) => (operand.free.has(lane) ? undefined : this.scalar(operand)),
        });
    }
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
    const repeat = node.repeats.get(this.#lane!);
    if (repeat && !node.irregular.has(this.#lane!)) return this.#repeat(node, repeat);
    if (isContiguous(node, this.#lane!))
      return four.load(this, dtype, this.scalar(node.address) as Address, offset);
    return four.gather(
      this,
      node,
      this.#laneAddresses(node).map((address) => ({ address, offset })),
    );
  }

  /** Elements that are the same in two or all four lanes; the first lane stands at a multiple of four. */
  #repeat(node: LoadNode, { steps, bytes }: Repeat): Vector {
    if (steps === 4) return four.splat(node.type, this.loadScalar(node));
    const first = this.f.let('address', this.scalar(node.address) as Address);
    if (node.dtype === 'float32' && bytes === 4) {
      const pair = this.f.let('pair', v128.load64_zero(first, node.offset));
      return shuffle32(pair, pair, [0, 0, 1, 1]);
    }
    const places = [first, first, i32.add(first, bytes), i32.add(first, bytes)];
    return four.gather(
      this,
      node,
      places.map((address) => ({ address, offset: node.offset })),
    );
  }
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
