import { type DType, need, ops, type Value } from '@polyphase/ir';
import { dtype, flag, float, int } from '../attributes.ts';
import { type Context, type Outputs, row, type Table } from '../row.ts';
import { filled, lengthsOf, rankOf, type Steps, scalar, stepsOf } from './shared.ts';

interface AttentionOperands {
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
  readonly mask?: Value | undefined;
  readonly pastKey?: Value | undefined;
  readonly pastValue?: Value | undefined;
  /** How many keys of each sample are no padding. */
  readonly kvLength?: Value | undefined;
}

interface AttentionNode {
  readonly is_causal: boolean;
  readonly kv_num_heads: number | undefined;
  readonly q_num_heads: number | undefined;
  readonly qk_matmul_output_mode: number;
  readonly scale: number | undefined;
  readonly softcap: number;
  readonly softmax_precision: DType | undefined;
  readonly left_window_size?: number;
  readonly right_window_size?: number;
}

/** [batch, sequence, heads * size] as [batch, heads, sequence, size]; four axes stay as they are. */
export function splitHeads({ make, reshape }: Steps, x: Value, heads: number | undefined): Value {
  if (rankOf(x) === 4) return x;
  const [batch, sequence, hidden] = lengthsOf(x) as [number, number, number];
  need(rankOf(x) === 3 && heads !== undefined && heads > 0 && hidden % heads === 0, 'PP2003', () => [
    `"${x.name}" has the shape [${lengthsOf(x).join(', ')}] for ${heads ?? 'no'} heads`,
    'Give it four axes, or the number of heads that divides the last of three',
  ]);
  const apart = reshape(x, [batch, sequence, heads, hidden / heads]);
  return make(ops.transpose, { x: apart }, { perm: [0, 2, 1, 3] });
}

/** Each head of keys or values serves as many heads of queries as there are more of these: h0 h0 h1 h1. */
function repeatHeads({ make, reshape }: Steps, x: Value, heads: number): Value {
  const [batch, own, sequence, size] = lengthsOf(x) as [number, number, number, number];
  if (own === heads) return x;
  need(heads % own === 0, 'PP2002', () => [
    `${heads} heads of queries share ${own} of keys`,
    'Use a multiple',
  ]);
  const apart = reshape(x, [batch, own, 1, sequence, size]);
  const repeated = make(ops.expand, { x: apart }, { shape: [batch, own, heads / own, sequence, size] });
  return reshape(repeated, [batch, heads, sequence, size]);
}

/** 0 where a query may look at a key, else -infinity. */
function biasOf({ make, constant }: Steps, allowed: Value, kind: DType): Value {
  const none = constant(scalar(kind, Number.NEGATIVE_INFINITY));
  return make(ops.where, { condition: allowed, a: constant(scalar(kind, 0)), b: none });
}

/** The mask as a number to add; keys beyond its end are not looked at. */
function maskBias(steps: Steps, mask: Value, keys: number, kind: DType): Value {
  const bias = mask.type.dtype === 'bool' ? biasOf(steps, mask, kind) : mask;
  const missing = keys - lengthsOf(mask).at(-1)!;
  if (missing <= 0) return bias;
  const pads = lengthsOf(mask).map((_, axis) => [0, axis === rankOf(mask) - 1 ? missing : 0] as const);
  const value = steps.constant(scalar(kind, Number.NEGATIVE_INFINITY));
  return steps.make(ops.pad, { x: bias, value }, { pads, mode: 'constant' });
}

interface Reach {
  readonly queries: number;
  readonly keys: number;
  /** How many keys come before the first query: a number, or one for each sample. */
  readonly offset: number | Value;
}

/** How far key j lies before query i: i + offset - j. */
function distance({ make, constant }: Steps, { queries, keys, offset }: Reach): Value {
  const before = typeof offset === 'number' ? offset : 0;
  const table = constant(filled('int64', [queries, keys], (i) => Math.floor(i / keys) + before - (i % keys)));
  return typeof offset === 'number' ? table : make(ops.add, { a: table, b: offset });
}

/** What is_causal, the windows and the lengths without padding forbid, each as a number to add. */
function placeBiases(
  steps: Steps,
  reach: Reach,
  kvLength: Value | undefined,
  node: AttentionNode,
  kind: DType,
): readonly Value[] {
  const { make, constant } = steps;
  const { is_causal, left_window_size: left = -1, right_window_size: right = -1 } = node;
  const bounds: Value[] = [];
  const int64 = (x: number): Value => constant(scalar('int64', x));
  const far = is_causal || left >= 0 || right >= 0 ? distance(steps, reach) : undefined;
  if (far && is_causal) bounds.push(make(ops.greaterOrEqual, { a: far, b: int64(0) }));
  if (far && left >= 0) bounds.push(make(ops.lessOrEqual, { a: far, b: int64(left) }));
  if (far && right >= 0) bounds.push(make(ops.greaterOrEqual, { a: far, b: int64(-right) }));
  if (kvLength)
    bounds.push(make(ops.less, { a: constant(filled('int64', [reach.keys], (i) => i)), b: kvLength }));
  return bounds.map((allowed) => biasOf(steps, allowed, kind));
}

/** softmax, and 0 for a query that may look at no key at all. */
function guardedSoftmax(
  { make, constant, cast }: Steps,
  scores: Value,
  bias: Value | undefined,
  precision: DType,
): Value {
  const { dtype: kind } = scores.type;
  const own = cast(make(ops.softmax, { x: cast(scores, precision) }, { axis: rankOf(scores) - 1 }), kind);
  if (!bias) return own;
  const best = make(ops.reduceMax, { x: bias }, { axes: [rankOf(bias) - 1], keepDims: true });
  const isBlind = make(ops.equal, {
    a: best,
    b: constant(scalar(best.type.dtype, Number.NEGATIVE_INFINITY)),
  });
  return make(ops.where, { condition: isBlind, a: constant(scalar(kind, 0)), b: own });
}

interface Extent {
  readonly batch: number;
  readonly queries: number;
  readonly keys: number;
  readonly kind: DType;
}

/** The mask and everything that forbids keys, as one number to add to each score; undefined when there is none. */
function biasOver(
  steps: Steps,
  operands: AttentionOperands,
  node: AttentionNode,
  { batch, queries, keys, kind }: Extent,
): Value | undefined {
  const { make, constant, reshape } = steps;
  const { mask, pastKey } = operands;
  const kvLength = operands.kvLength && reshape(operands.kvLength, [batch, 1, 1, 1]);
  const before = kvLength && make(ops.sub, { a: kvLength, b: constant(scalar('int64', queries)) });
  const offset = pastKey ? lengthsOf(pastKey)[2]! : (before ?? 0);
  const masks = mask ? [maskBias(steps, mask, keys, kind)] : [];
  const biases = [...masks, ...placeBiases(steps, { queries, keys, offset }, kvLength, node, kind)];
  return biases.length > 0 ? biases.reduce((a, b) => make(ops.add, { a, b })) : undefined;
}

function attention(context: Context, operands: AttentionOperands, node: AttentionNode): Outputs {
  const steps = stepsOf(context);
  const { make, constant } = steps;
  const { pastKey, pastValue } = operands;
  const q = splitHeads(steps, operands.q, node.q_num_heads);
  const [k, v] = [
    splitHeads(steps, operands.k, node.kv_num_heads),
    splitHeads(steps, operands.v, node.kv_num_heads),
  ];
  const key = pastKey ? make(ops.concat, { xs: [pastKey, k] }, { axis: 2 }) : k;
  const value = pastValue ? make(ops.concat, { xs: [pastValue, v] }, { axis: 2 }) : v;
  const [batch, heads, queries, size] = lengthsOf(q) as [number, number, number, number];
  const keys = lengthsOf(key)[2]!;
  const kind = q.type.dtype;

  const factor = constant(scalar(kind, Math.sqrt(node.scale ?? 1 / Math.sqrt(size))));
  const turned = make(ops.transpose, { x: repeatHeads(steps, key, heads) }, { perm: [0, 1, 3, 2] });
  const scaled = { a: make(ops.mul, { a: q, b: factor }), b: make(ops.mul, { a: turned, b: factor }) };
  const raw = make(ops.matMul, scaled);
  const capped = node.softcap > 0 ? softcap(steps, raw, node.softcap) : raw;

  const bias = biasOver(steps, operands, node, { batch, queries, keys, kind });
  const scores = bias ? make(ops.add, { a: capped, b: bias }) : capped;
  const shares = guardedSoftmax(steps, scores, bias, node.softmax_precision ?? kind);
  const y = weighted(context, steps, shares, repeatHeads(steps, value, heads), rankOf(operands.q) === 3);
  return [y, key, value, [raw, capped, scores, shares][node.qk_matmul_output_mode]];
}

function softcap({ make, constant }: Steps, x: Value, cap: number): Value {
  const limit = constant(scalar(x.type.dtype, cap));
  return make(ops.mul, { a: make(ops.tanh, { x: make(ops.div, { a: x, b: limit }) }), b: limit });
}

/** The values in the shares of their keys; with the heads joined again where the queries came so. */
function weighted(context: Context, { make }: Steps, shares: Value, values: Value, isJoined: boolean): Value {
  if (!isJoined) return context.make(ops.matMul, { a: shares, b: values }, {});
  const apart = make(
    ops.transpose,
    { x: make(ops.matMul, { a: shares, b: values }) },
    { perm: [0, 2, 1, 3] },
  );
  const [batch, sequence, heads, size] = lengthsOf(apart) as [number, number, number, number];
  return context.make(ops.reshape, { x: apart }, { shape: [batch, sequence, heads * size] });
}

const attributes = {
  is_causal: flag(false),
  kv_num_heads: int(),
  q_num_heads: int(),
  qk_matmul_output_mode: int(0),
  scale: float(),
  softcap: float(0),
  softmax_precision: dtype(),
};
const windows = { left_window_size: int(-1), right_window_size: int(-1) };

const cached = (more: Partial<typeof windows>) =>
  row({
    inputs: ['q', 'k', 'v', 'mask?', 'pastKey?', 'pastValue?', 'kvLength?'],
    attributes: { ...attributes, ...more },
    build: (operands, node, context) => attention(context, operands, node),
  });

export const attentions: Table = {
  Attention: {
    23: row({
      inputs: ['q', 'k', 'v', 'mask?', 'pastKey?', 'pastValue?'],
      attributes,
      build: (operands, node, context) => attention(context, operands, node),
    }),
    24: cached({}),
    25: cached(windows),
  },
};
