import {
  conv,
  convTranspose,
  type DType,
  type Graph,
  make,
  type Node,
  outputOf,
  type Pair,
  type ResampleFilter,
  sizeOf,
  type Tensor,
  tensor,
  upsample,
  type Value,
} from '@polyphase/ir';
import { expect } from 'vitest';
import { type FiredInPass, type Pass, runPasses } from './pass.ts';
import { pipeline } from './pipeline.ts';
import { constant, runGraph } from './toy.testing.ts';

/** Numbers without a pattern that a wrong index could survive. */
export function noise(shape: readonly number[], seed = 1, dtype: DType = 'float64'): Tensor {
  let state = seed * 2654435 + 12345;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  return tensor(Float64Array.from({ length: sizeOf(shape) }, next), shape, dtype);
}

export const input = (shape: readonly number[], name = 'x', dtype: DType = 'float64'): Value => ({
  name,
  type: { dtype, shape },
});

export const weights = (shape: readonly number[], seed = 2): Value =>
  constant(`w${seed}`, noise(shape, seed));

/** The graph of all layers that the last ones need, in the order given. */
export const graphOf = (
  inputs: readonly Value[],
  nodes: readonly Node[],
  outputs: readonly Value[],
): Graph => ({
  name: 'test',
  inputs,
  nodes,
  outputs: outputs.map((value, i) => ({ name: `y${i}`, value })),
});

export interface Optimized {
  readonly graph: Graph;
  readonly ops: readonly string[];
  readonly rules: readonly string[];
  readonly fired: readonly FiredInPass[];
}

/** Runs the passes; the outputs must stay what the definitions make of the graph as it was. */
export function optimized(graph: Graph, passes: readonly Pass[] = pipeline): Optimized {
  const { graph: after, fired } = runPasses(graph, passes, { check: true, verify: true });
  const tensors = graph.inputs.map(({ type }, i) => noise(type.shape as number[], i + 3, type.dtype));
  const [expected, given] = [graph, after].map((each) => runGraph(each, tensors));
  for (const [i, tensor] of expected!.entries()) expectNear(given![i]!, tensor);
  return {
    graph: after,
    ops: after.nodes.map(({ op }) => op),
    rules: fired.map(({ rule }) => rule),
    fired,
  };
}

/** Equal up to the rounding of sums in float64. */
function expectNear(given: Tensor, expected: Tensor): void {
  expect(given.shape).toEqual(expected.shape);
  expect(given.dtype).toBe(expected.dtype);
  const numbers = Array.from(expected.data, Number);
  const scale = Math.max(1, ...numbers.filter(Number.isFinite).map(Math.abs));
  const wrong = numbers.findIndex((value, i) => {
    const other = Number(given.data[i]);
    return !Object.is(value, other) && !(Math.abs(value - other) <= 1e-12 * scale) && value !== other;
  });
  expect(wrong === -1 ? 'equal' : `[${wrong}] ${given.data[wrong]} for ${numbers[wrong]}`).toBe('equal');
}

const nearest: ResampleFilter = { kind: 'nearest', rounding: 'floor' };

/** Every spatial axis of x resampled by its factor. */
export function enlarged(x: Value, factors: readonly number[], filter = nearest, name = 'up'): Node {
  const axes = factors.map((factor, i) => {
    const from = x.type.shape[i + 2] as number;
    return {
      axis: i + 2,
      from,
      to: Math.round(from * factor),
      map: filter.kind === 'nearest' ? ('asymmetric' as const) : ('half_pixel' as const),
      filter,
      antialias: false,
      border: 'clamp' as const,
      profile: 'keras' as const,
    };
  });
  return make(upsample, { x }, { axes, extrapolation: 0 }, { name });
}

interface ConvolutionOptions {
  readonly stride?: readonly number[];
  readonly dilation?: readonly number[];
  readonly pads?: readonly Pair[];
  readonly groups?: number;
  readonly bias?: Value | boolean;
  readonly name?: string;
}

/** A convolution of x with `out` channels and a kernel. */
export function convolved(
  x: Value,
  out: number,
  kernel: readonly number[],
  { stride, dilation, pads, groups = 1, bias = true, name = 'conv' }: ConvolutionOptions = {},
): Node {
  const w = weights([out, (x.type.shape[1] as number) / groups, ...kernel], 5);
  const b = bias === true ? weights([out], 6) : bias || undefined;
  const attributes = {
    stride: stride ?? kernel.map(() => 1),
    dilation: dilation ?? kernel.map(() => 1),
    pads: pads ?? kernel.map((): Pair => [0, 0]),
    groups,
  };
  return make(conv, { x, w, bias: b }, attributes, { name });
}

/** A transposed convolution of x with `out` channels and a kernel. */
export function deconvolved(
  x: Value,
  out: number,
  kernel: readonly number[],
  { stride, dilation, pads, groups = 1, bias = true, name = 'deconv' }: ConvolutionOptions = {},
): Node {
  const attributes = {
    stride: stride ?? kernel.map(() => 2),
    dilation: dilation ?? kernel.map(() => 1),
    crop: pads ?? kernel.map((): Pair => [0, 0]),
    groups,
  };
  const w = weights([x.type.shape[1] as number, out / groups, ...kernel], 5);
  const b = bias === true ? weights([out], 6) : bias || undefined;
  return make(convTranspose, { x, w, bias: b }, attributes, { name });
}

/** A chain of layers, each made of the output of the one before it. */
export function chained(x: Value, ...layers: readonly ((x: Value) => Node)[]): Graph {
  const nodes: Node[] = [];
  for (const layer of layers) nodes.push(layer(nodes.length === 0 ? x : outputOf(nodes.at(-1)!)));
  return graphOf([x], nodes, nodes.at(-1)!.outputs);
}
