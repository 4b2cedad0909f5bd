import { isOp, ops, roundTo, sizeOf } from '@polyphase/ir';
import { bugOf, last, mapped } from './bug.testing.ts';
import { type Bug, definedAs, permuted } from './mutant.testing.ts';

const half = (x: number): number => roundTo('float16', x);
const { max } = Math;

export const otherBugs = {
  'DCR and CRD are swapped': bugOf<{ mode: 'DCR' | 'CRD' }>(ops.depthToSpace, (node, inputs) =>
    definedAs(node, inputs, { mode: node.attributes.mode === 'DCR' ? 'CRD' : 'DCR' }),
  ),
  'unpooling is off by one': bugOf(ops.maxUnpool, (node, [x, indices]) => {
    const size = sizeOf(node.outputs[0]!.type.shape as readonly number[]);
    return definedAs(node, [x, mapped((index) => (index + 1) % size)(indices!)]);
  }),
  'unpooling indices are computed in float16': bugOf(ops.maxUnpool, (node, [x, indices]) =>
    definedAs(node, [x, mapped(half)(indices!)]),
  ),
  'gathering indices are computed in float16': bugOf<{ axis: number }>(ops.gather, (node, [x, indices]) => {
    const greatest = x!.shape[node.attributes.axis]! - 1;
    return definedAs(node, [x, mapped((index) => Math.min(half(index), greatest))(indices!)]);
  }),
  'the last of equal maxima is taken': bugOf(ops.argMax, (node, inputs) =>
    definedAs(node, inputs, { selectLastIndex: true }),
  ),
  'padding is always counted': bugOf(ops.averagePool, (node, inputs) =>
    definedAs(node, inputs, { countIncludePad: true }),
  ),
  'windows are rounded down': bugOf(ops.maxPool, (_, __, [y, indices]) => [
    permuted(y!, (index) => index.map((i, axis) => (axis < 2 ? i : max(i - 1, 0)))),
    indices!,
  ]),
  'reflection repeats the edge': bugOf<{ mode: string; pads: readonly (readonly [number, number])[] }>(
    ops.pad,
    (node, inputs, y) => (node.attributes.mode === 'reflect' ? definedAs(node, inputs, { mode: 'edge' }) : y),
  ),
  'residual and relu in the wrong order': (node, inputs, graph) => {
    const reader = graph.nodes.find((other) => other.inputs.includes(node.outputs[0]));
    if (!isOp(node, ops.add) || reader?.op !== 'relu') return undefined;
    return definedAs(node, [mapped((x) => max(x, 0))(inputs[0]!), inputs[1]!]);
  },
  'relu drops NaN': bugOf(ops.relu, (_, [x]) => [mapped((value) => (value > 0 ? value : 0))(x!)]),
  'halves are rounded up': bugOf(ops.round, (_, [x]) => [mapped((value) => Math.floor(value + 0.5))(x!)]),
  'integer division rounds down': bugOf(ops.div, (_, [a, b], y) =>
    a!.dtype === 'int32' && sizeOf(a!.shape) === sizeOf(y[0]!.shape)
      ? [
          {
            ...y[0]!,
            data: a!.data.map((value, i) => Math.floor(value / (b!.data[i % b!.data.length] || 1))),
          },
        ]
      : undefined,
  ),
  'softmax overflows': bugOf<{ axis: number }>(ops.softmax, (node, [x], y) => {
    if (node.attributes.axis !== x!.shape.length - 1) return y;
    const data = y[0]!.data.map((_, i) => {
      const row = x!.data
        .slice(i - (i % last(x!)), i - (i % last(x!)) + last(x!))
        .map((value) => Math.fround(Math.exp(value)));
      return Math.fround(row[i % last(x!)]! / Math.fround(row.reduce((a, b) => a + b, 0)));
    });
    return [{ ...y[0]!, data }];
  }),
  'the variance is divided by n - 1': bugOf<{ axis: number }>(
    ops.layerNormalization,
    (node, [x, ...affine]) => {
      const n = sizeOf(x!.shape.slice(node.attributes.axis));
      const [scale, ...rest] = affine;
      return definedAs(node, [x!, mapped((value) => value * Math.sqrt((n - 1) / n))(scale!), ...rest]);
    },
  ),
  'the variance is the difference of two means': bugOf<{ epsilon: number }>(
    ops.instanceNormalization,
    (node, [x, scale, bias], [y]) => {
      const plane = sizeOf(x!.shape.slice(2));
      const f32 = Math.fround;
      const mean = (data: Float64Array): number =>
        f32(data.reduce((sum, value) => f32(sum + f32(value))) / plane);
      const data = y!.data.map((_, i) => {
        const c = Math.floor(i / plane);
        const part = x!.data.subarray(c * plane, (c + 1) * plane);
        const centre = mean(part);
        const variance = f32(mean(part.map((value) => value * value)) - f32(centre * centre));
        const spread = Math.sqrt(Math.max(variance, 0) + node.attributes.epsilon);
        const channel = c % x!.shape[1]!;
        return ((x!.data[i]! - centre) / spread) * scale!.data[channel]! + bias!.data[channel]!;
      });
      return [{ ...y!, data }];
    },
  ),
} satisfies Readonly<Record<string, Bug>>;
