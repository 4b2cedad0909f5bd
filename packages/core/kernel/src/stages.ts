import {
  byName,
  fromFloat16,
  fromNumbers,
  type Graph,
  inNode,
  type Node,
  type Operands,
  opOf,
  type StaticType,
  sizeOf,
  staticType,
  type Tensor,
  type Value,
} from '@polyphase/ir';
import { constant } from './build.ts';
import { type Buffer, type Expr, scalarOf } from './expr.ts';
import type { At, Builder, Definition, Lowering, Operand, Scatter } from './lowering.ts';
import { lowerings } from './lowerings/index.ts';
import type { Tracer } from './tracer.ts';
import { reindex } from './views.ts';

/** Where the elements of a stage come from. */
export type Source =
  | { readonly kind: 'given' }
  | { readonly kind: 'view'; readonly of: Stage }
  | { readonly kind: 'computed'; readonly at: At }
  | { readonly kind: 'scatter'; readonly scatter: Scatter }
  | { readonly kind: 'contraction'; readonly inputs: readonly (Stage | undefined)[] };

/** A tensor of a region: given, or defined by a layer. Whether it is ever stored is the scheduler's choice. */
export interface Stage extends Operand {
  readonly name: string;
  readonly size: number;
  readonly source: Source;
  /** The layer that defines it. */
  readonly node?: Node | undefined;
  /** Where it lies if it is stored. */
  readonly buffer: Buffer;
}

export interface LoweredRegion {
  /** In topological order. */
  readonly stages: readonly Stage[];
  readonly stageOf: ReadonlyMap<Value, Stage>;
}

/** Whether the backend has a kernel family for this node, so that it stays whole. */
export type IsContraction = (node: Node) => boolean;

/** Every layer of a region as stages: functions from index to element that read each other. */
export function lowerRegion(region: Graph, isContraction: IsContraction, tracer: Tracer): LoweredRegion {
  const stages: Stage[] = [];
  const stageOf = new Map<Value, Stage>();
  const push = (stage: Stage): Stage => {
    stages.push(stage);
    return stage;
  };
  const lower: Lowerer = { tracer, isContraction, push };
  const given = (value: Value): Stage => {
    const known = stageOf.get(value);
    if (known) return known;
    const type = staticType(value.type);
    const stage = push(makeStage(value.name, type, { kind: 'given' }, { constant: value.constant }));
    stageOf.set(value, stage);
    return stage;
  };
  for (const value of region.inputs) given(value);
  for (const node of region.nodes) {
    const inputs = node.inputs.map((value) => value && given(value));
    const sources = inNode(node, () => sourcesOf(node, inputs, lower));
    for (const [i, value] of node.outputs.entries())
      stageOf.set(value, push(makeStage(value.name, staticType(value.type), sources[i]!, { node })));
  }
  for (const { value } of region.outputs) given(value);
  return { stages, stageOf };
}

interface Lowerer {
  readonly tracer: Tracer;
  readonly isContraction: IsContraction;
  push(stage: Stage): Stage;
}

interface StageFacts {
  readonly node?: Node | undefined;
  readonly constant?: Tensor | undefined;
}

function makeStage(name: string, { dtype, shape }: StaticType, source: Source, facts: StageFacts): Stage {
  const size = sizeOf(shape);
  return { name, dtype, shape, size, source, buffer: { name, dtype, size }, ...facts };
}

/** A contraction is what a layer's first output is; others, if there are any, are defined as without it. */
function sourcesOf(node: Node, inputs: readonly (Stage | undefined)[], lower: Lowerer): readonly Source[] {
  const isWhole = lower.isContraction(node) && inputs.every((stage) => stage?.size !== 0);
  if (!isWhole) return loweredSources(node, inputs, lower);
  const others = node.outputs.length > 1 ? loweredSources(node, inputs, lower).slice(1) : [];
  return [{ kind: 'contraction', inputs }, ...others];
}

function loweredSources(
  node: Node,
  inputs: readonly (Stage | undefined)[],
  lower: Lowerer,
): readonly Source[] {
  const op = opOf(node);
  const types = node.outputs.map(({ type }) => staticType(type)) as unknown as readonly [StaticType];
  const operands = byName<Operand>(op.inputs, inputs) as unknown as Operands<string, Operand>;
  const lowering = lowerings[op.name as keyof typeof lowerings] as Lowering<string, object>;
  const result = lowering(operands, node.attributes, stageBuilder(node, lower), types);
  return (Array.isArray(result) ? (result as Definition[]) : [result as Definition]).map(sourceOf);
}

function sourceOf(definition: Definition): Source {
  if (typeof definition === 'function') return { kind: 'computed', at: definition };
  return 'view' in definition
    ? { kind: 'view', of: definition.view as Stage }
    : { kind: 'scatter', scatter: definition };
}

function stageBuilder(node: Node, { tracer, push }: Lowerer): Builder {
  return {
    read: (operand, index) => tracer.read(operand, index),
    reduce: (op, extents, body) => tracer.reduce(op, extents, body),
    choose: (condition, share, then, otherwise) => tracer.choose(condition, share, then, otherwise),
    stage: (name, dtype, shape, at) =>
      push(makeStage(`${node.name}.${name}`, { dtype, shape }, { kind: 'computed', at }, { node })),
    reshape(operand, shape) {
      const of = operand as Stage;
      return push(makeStage(of.name, { dtype: of.dtype, shape }, { kind: 'view', of }, { node }));
    },
    table(name, dtype, elements) {
      const known = fromNumbers(dtype, [elements.length], Float64Array.from(elements));
      return push(makeStage(`${node.name}.${name}`, known, { kind: 'given' }, { constant: known }));
    },
  };
}

/** The stored tensor that a chain of views shows, and the index there. */
export function throughViews(stage: Stage, index: readonly Expr[]): { stage: Stage; index: readonly Expr[] } {
  let [base, at] = [stage, index];
  while (base.source.kind === 'view') {
    at = reindex(at, base.shape, base.source.of.shape);
    base = base.source.of;
  }
  return { stage: base, index: at };
}

export const baseOf = (stage: Stage): Stage =>
  stage.source.kind === 'view' ? baseOf(stage.source.of) : stage;

/** The element of a constant with one element; 0 where there is nothing to read, so that no load leaves its buffer. */
export function knownElement({ dtype, shape, constant: known }: Operand): Expr | undefined {
  const type = scalarOf[dtype];
  if (shape.includes(0)) return constant(type, 0);
  if (known?.data.length !== 1) return undefined;
  const element = known.data[0]!;
  const value = dtype === 'float16' ? fromFloat16(element as number) : Number(element);
  return typeof element === 'bigint' && !Number.isSafeInteger(value) ? undefined : constant(type, value);
}
