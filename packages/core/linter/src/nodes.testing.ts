import {
  type AutoPad,
  convTranspose,
  type DType,
  depthToSpace,
  make,
  maxUnpool,
  type Node,
  type OnnxResize,
  onnxCrop,
  type Pair,
  resizeAxes,
  sizeOf,
  type Tensor,
  tensor,
  upsample,
  type Value,
} from '@polyphase/ir';

const value = (name: string, shape: readonly number[], dtype: DType = 'float32'): Value => ({
  name,
  type: { dtype, shape },
});

const known = (name: string, shape: readonly number[], data: Float32Array): Value => ({
  ...value(name, shape),
  constant: tensor(data, shape) as Tensor,
});

/** A ConvTranspose as a file says it; the weights are ones unless they are given. */
export interface TransposedNode {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly stride?: readonly number[];
  readonly dilation?: readonly number[];
  readonly pads?: readonly Pair[];
  readonly outputPadding?: readonly number[];
  readonly outputShape?: readonly number[];
  readonly autoPad?: AutoPad;
  readonly groups?: number;
  readonly opset?: number;
  readonly bias?: boolean;
  readonly dtype?: DType;
  readonly weights?: (i: number) => number;
}

export function transposed({
  x,
  w,
  stride = w.slice(2).map(() => 1),
  dilation = w.slice(2).map(() => 1),
  pads = w.slice(2).map((): Pair => [0, 0]),
  outputPadding,
  outputShape,
  autoPad = 'NOTSET',
  groups = 1,
  opset = 21,
  bias = false,
  dtype = 'float32',
  weights = () => 1,
}: TransposedNode): Node {
  const crop = w.slice(2).map((kernel, a) =>
    onnxCrop(
      { kernel, stride: stride[a]!, dilation: dilation[a]! },
      {
        autoPad,
        pads: pads[a]!,
        outputPadding: outputPadding?.[a] ?? 0,
        ...(outputShape && { outputLength: outputShape[a]!, n: x[a + 2]! }),
      },
    ),
  );
  const data = Float32Array.from({ length: sizeOf(w) }, (_, i) => weights(i));
  const operands = {
    x: value('x', x, dtype),
    w: dtype === 'float32' ? known('w', w, data) : value('w', w, dtype),
    bias: bias ? value('b', [w[1]! * groups], dtype) : undefined,
  };
  const origin = {
    op: 'ConvTranspose',
    version: opset,
    attributes: {
      auto_pad: autoPad,
      output_padding: outputPadding,
      output_shape: outputShape,
      group: groups,
    },
    operands: ['x', 'w'],
    elements: {},
  };
  return make(convTranspose, operands, { stride, dilation, crop, groups }, { name: 'up', origin });
}

/** A Resize or Upsample as a file says it. */
export interface ResizeNode extends Omit<OnnxResize, 'inputShape' | 'opset'> {
  readonly x: readonly number[];
  readonly op?: 'Resize' | 'Upsample';
  readonly opset?: number;
  readonly dtype?: DType;
}

export function resized({ x, op = 'Resize', opset = 19, dtype = 'float32', ...node }: ResizeNode): Node {
  const scales = node.scales?.map(Math.fround);
  const attributes = resizeAxes({ ...node, ...(scales && { scales }), inputShape: x, opset });
  const origin = {
    op,
    version: opset,
    attributes: {
      coordinate_transformation_mode: node.coordinateTransformationMode ?? 'half_pixel',
      keep_aspect_ratio_policy: node.keepAspectRatioPolicy ?? 'stretch',
      axes: node.axes,
    },
    operands: ['x', ...(node.scales ? ['scales'] : []), ...(node.sizes ? ['sizes'] : [])],
    elements: { ...(scales && { scales }) },
  };
  return make(upsample, { x: value('x', x, dtype) }, attributes, { name: 'resize', origin });
}

export function unpooled(shape: readonly number[], outputShape: boolean): Node {
  const operands = { x: value('x', [1, 1, 2, 2]), indices: value('i', [1, 1, 2, 2], 'int64') };
  const origin = {
    op: 'MaxUnpool',
    version: 11,
    attributes: { kernel_shape: [2, 2] },
    operands: outputShape ? ['x', 'indices', 'outputShape'] : ['x', 'indices'],
    elements: {},
  };
  return make(maxUnpool, operands, { shape: [1, 1, ...shape] }, { name: 'unpool', origin });
}

export const shuffled = (mode: 'CRD' | 'DCR'): Node =>
  make(depthToSpace, { x: value('x', [1, 4, 2, 2]) }, { blocksize: 2, mode }, { name: 'shuffle' });
