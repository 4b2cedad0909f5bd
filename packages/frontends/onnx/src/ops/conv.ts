import { need, onnxCrop, ops, type Pair, staticType, type Value } from '@polyphase/ir';
import { int, ints } from '../attributes.ts';
import { row, type Table } from '../row.ts';
import { from, lengthsOf } from './shared.ts';
import { padPairs, perAxis, slidingOver, spatialAxes, type WindowNode, windowAttributes } from './window.ts';

export const convAttributes = { ...windowAttributes, dilations: ints(), group: int(1), kernel_shape: ints() };

export interface ConvNode extends WindowNode {
  readonly group: number;
  readonly kernel_shape: readonly number[] | undefined;
}

/** The kernel's lengths: those of w, which the attribute may only repeat. */
function kernelOf(w: Value, declared: readonly number[] | undefined): readonly number[] {
  const { shape } = staticType(w.type);
  const kernel = shape.slice(2);
  need(!declared || declared.join() === kernel.join(), 'PP2003', () => [
    `kernel_shape is [${declared!.join(', ')}], the kernel in w is [${kernel.join(', ')}]`,
    'Make the two equal, or leave kernel_shape out',
  ]);
  return kernel;
}

/** The attributes of the layer that an ONNX Conv, or one of its relatives, stands for. */
export function convLayer(x: Value, w: Value, { group: groups, kernel_shape, ...node }: ConvNode) {
  const { stride, dilation, pads } = slidingOver(x, kernelOf(w, kernel_shape), node);
  return { stride, dilation, pads, groups };
}

interface ConvTransposeNode extends ConvNode {
  readonly output_padding: readonly number[] | undefined;
  readonly output_shape: readonly number[] | undefined;
}

function convTransposeLayer(x: Value, w: Value, node: ConvTransposeNode) {
  const kernel = kernelOf(w, node.kernel_shape);
  const axes = kernel.length;
  const stride = perAxis('strides', node.strides, axes, 1);
  const dilation = perAxis('dilations', node.dilations, axes, 1);
  const outputPadding = perAxis('output_padding', node.output_padding, axes, 0);
  const pads = padPairs(node.pads, axes);
  const lengths = node.output_shape && perAxis('output_shape', node.output_shape, axes, 0);
  const n = lengths && lengthsOf(x).slice(2);
  const crop = kernel.map(
    (k, a): Pair =>
      onnxCrop(
        { kernel: k, stride: stride[a]!, dilation: dilation[a]! },
        {
          autoPad: node.auto_pad,
          pads: pads[a]!,
          outputPadding: outputPadding[a]!,
          ...(lengths && n && { outputLength: lengths[a]!, n: n[a]! }),
        },
      ),
  );
  return { stride, dilation, crop, groups: node.group };
}

export const conv: Table = {
  Conv: from(
    1,
    row({
      inputs: ['x', 'w', 'bias?'],
      attributes: convAttributes,
      build: (operands, node, context) =>
        context.make(ops.conv, operands, convLayer(operands.x, operands.w, node)),
    }),
  ),
  ConvTranspose: from(
    1,
    row({
      inputs: ['x', 'w', 'bias?'],
      attributes: { ...convAttributes, output_padding: ints(), output_shape: ints() },
      build(operands, node, context) {
        const { x, w } = operands;
        need(spatialAxes(x).length === spatialAxes(w).length, 'PP2002', () => [
          `x has ${spatialAxes(x).length} spatial axes, w ${spatialAxes(w).length}`,
          'Give both the same rank',
        ]);
        return context.make(ops.convTranspose, operands, convTransposeLayer(x, w, node));
      },
    }),
  ),
};
