import { type Dense, type Node, sizeOf } from '@polyphase/ir';
import { type Bug, definedAs } from '../mutant.testing.ts';

const f32 = Math.fround;

/** Adds up the products of one output element in float32. */
export type Summation = (products: readonly number[], bias: number | undefined) => number;

const withBias = (sum: number, bias: number | undefined): number =>
  bias === undefined ? sum : f32(sum + bias);

const pairwise = (terms: readonly number[]): number => {
  if (terms.length < 2) return terms[0] ?? 0;
  const middle = terms.length >> 1;
  return f32(pairwise(terms.slice(0, middle)) + pairwise(terms.slice(middle)));
};

/** Every honest way to sum in float32: in order, backwards, in a tree, in four lanes, with fused multiply-adds. */
export const summations = {
  'one after another': (products, bias) =>
    withBias(
      products.reduce((sum, p) => f32(sum + f32(p)), 0),
      bias,
    ),
  'from the bias on': (products, bias) => products.reduce((sum, p) => f32(sum + f32(p)), bias ?? 0),
  backwards: (products, bias) =>
    withBias(
      products.reduceRight((sum, p) => f32(sum + f32(p)), 0),
      bias,
    ),
  'in pairs': (products, bias) => withBias(pairwise(products.map(f32)), bias),
  'in four lanes': (products, bias) => {
    const lanes = [0, 0, 0, 0];
    for (const [i, p] of products.entries()) lanes[i % 4] = f32(lanes[i % 4]! + f32(p));
    return withBias(pairwise(lanes), bias);
  },
  'with fused multiply-adds': (products, bias) =>
    withBias(
      products.reduce((sum, p) => f32(sum + p), 0),
      bias,
    ),
} satisfies Readonly<Record<string, Summation>>;

/** Which products of a weight go into different sums: elements of w with one key never meet. */
const keyOf: Readonly<Record<string, (node: Node, w: Dense) => (index: readonly number[]) => string>> = {
  conv: () => (index) => index.slice(1).join(),
  convTranspose: (node, w) => {
    const inPerGroup = w.shape[0]! / (node.attributes as { readonly groups: number }).groups;
    return ([channel, , ...taps]) => [channel! % inPerGroup, ...taps].join();
  },
  matMul: (_, w) => (index) => String(index[Math.max(w.shape.length - 2, 0)]),
};

/** w as a sum of tensors of which each takes part in every output element once at most. */
function partsOf(node: Node, w: Dense): readonly Dense[] {
  const key = keyOf[node.op]!(node, w);
  const steps = w.shape.map((_, axis) => sizeOf(w.shape.slice(axis + 1)));
  const parts = new Map<string, Float64Array>();
  for (const [i, weight] of w.data.entries()) {
    const name = key(steps.map((step, axis) => Math.floor(i / step) % w.shape[axis]!));
    const part = parts.get(name) ?? new Float64Array(w.data.length);
    part[i] = weight;
    parts.set(name, part);
  }
  return [...parts.values()].map((data) => ({ ...w, data }));
}

/** Contractions in float32: products are exact in float64, so that only the summation rounds. */
export const summedBy =
  (summation: Summation): Bug =>
  (node, [x, w, bias]) => {
    if (!(node.op in keyOf)) return undefined;
    const products = partsOf(node, w!).map((part) => definedAs(node, [x, part])[0]!);
    const [first] = products;
    if (!first) return undefined;
    const plane = sizeOf(first.shape.slice(2));
    const data = first.data.map((_, i) => {
      const b = bias?.data[Math.floor(i / plane) % bias.data.length];
      return summation(
        products.map((product) => product.data[i]!),
        b,
      );
    });
    return [{ ...first, data }];
  };
