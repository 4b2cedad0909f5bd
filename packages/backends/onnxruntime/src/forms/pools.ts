import { kernelSpan, lpPool, ops, sizeOf, type Value, type Window } from '@polyphase/ir';
import { constant } from './constants.ts';
import { type Form, form, Parts } from './form.ts';

/** lpPool -> the root of a convolution of powers with ones, plane by plane. */
export const poolAsConv: Form = form('norm-as-conv', lpPool, (node) => {
  const x = node.inputs[0]!;
  const { p, ...window } = node.attributes;
  const [batch, channels, ...lengths] = x.type.shape as [number, number, ...number[]];
  const shape = node.outputs[0]!.type.shape as readonly number[];
  const parts = new Parts(node);
  const planes = parts.make(
    ops.reshape,
    { x: powers(parts, x, p) },
    { shape: [batch * channels, 1, ...lengths] },
  );
  const sums = parts.make(
    ops.conv,
    { x: planes, w: ones(x, window) },
    {
      stride: window.stride,
      dilation: window.dilation,
      pads: padsFor(window, lengths, shape.slice(2)),
      groups: 1,
    },
  );
  roots(parts, parts.make(ops.reshape, { x: sums }, { shape }), p);
  return { nodes: parts.nodes };
});

/** |x|^p. A general power is imprecise where functions are, so that those of whole numbers are products. */
function powers(parts: Parts, x: Value, p: number): Value {
  const size = parts.make(ops.abs, { x });
  if (!Number.isInteger(p) || p > 4) return parts.make(ops.pow, { a: size, b: scalar(x, p) });
  let power = size;
  for (let i = 1; i < p; i++) power = parts.make(ops.mul, { a: power, b: size });
  return power;
}

function roots(parts: Parts, x: Value, p: number): Value {
  if (p === 1) return x;
  return p === 2 ? parts.make(ops.sqrt, { x }) : parts.make(ops.pow, { a: x, b: scalar(x, 1 / p) });
}

const scalar = ({ type: { dtype } }: Value, value: number): Value =>
  constant(dtype, [], Float64Array.of(value), 'p');

function ones({ type: { dtype } }: Value, { kernel }: Window): Value {
  return constant(dtype, [1, 1, ...kernel], new Float64Array(sizeOf(kernel)).fill(1), 'ones');
}

/** Zeros around the input for exactly as many windows: fewer behind it where a last element is left over, more for `ceil`. */
const padsFor = (
  { kernel, stride, dilation, pads }: Window,
  from: readonly number[],
  to: readonly number[],
) =>
  from.map((length, a) => {
    const [begin] = pads[a]!;
    const reach = (to[a]! - 1) * stride[a]! + kernelSpan(kernel[a]!, dilation[a]!);
    return [begin, reach - length - begin] as const;
  });
